package io.echonet.dds.content;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 as the engine uses it: one digest a call, or one fed along with content. */
public final class Sha256 {
  private Sha256() {}

  /** A digest to feed content to; not thread-safe. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }

  /** The digest of what remains of {@code data}, whose position is left as it was. */
  public static byte[] digest(ByteBuffer data) {
    MessageDigest digest = newDigest();
    digest.update(data.duplicate());
    return digest.digest();
  }
}
