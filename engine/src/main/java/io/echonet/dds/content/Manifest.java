package io.echonet.dds.content;

/** What a content is made of (PROTOCOL section 1); always valid. */
public final class Manifest {
  private Manifest() {}

  /**
   * Reads and validates the serialised form.
   *
   * @throws InvalidManifestException naming the rule that {@code bytes} break
   */
  @SuppressWarnings("DoNotCallSuggester")
  public static Manifest decode(Cid cid, byte[] bytes) {
    throw new InvalidManifestException("manifest " + cid + " of " + bytes.length + " bytes");
  }
}
