package io.echonet.dds.keeping;

/** Why a content is a root; it may be one for both reasons. */
public enum RootKind {
  /** It was published here. */
  PUBLISHED,
  /** It was pinned. */
  PINNED
}
