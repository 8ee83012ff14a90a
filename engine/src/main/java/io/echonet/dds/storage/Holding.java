package io.echonet.dds.storage;

/** Why a node holds a chunk; a chunk may be held for both reasons. */
public enum Holding {
  /**
   * It was published, pinned or wanted here; without a root that reaches it, it may be collected.
   */
  OWN,
  /** A peer asked this node to keep it, and was told that it does. */
  FOR_OTHERS
}
