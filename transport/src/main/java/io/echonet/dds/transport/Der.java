package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;

/** ASN.1 structures in their one distinguished encoding. */
final class Der {
  private Der() {}

  /**
   * The structure that {@code bytes} are.
   *
   * @throws MalformedEncodingException where they are none, or something follows
   */
  static <T> T read(byte[] bytes, Function<ASN1Primitive, T> structure, String what) {
    try {
      // Of nothing it makes null.
      return structure.apply(Objects.requireNonNull(ASN1Primitive.fromByteArray(bytes)));
    } catch (IOException | RuntimeException e) {
      // What does not fit is told by unchecked exceptions of many kinds.
      throw new MalformedEncodingException("no " + what + ": " + e);
    }
  }

  static byte[] write(ASN1Encodable structure) {
    try {
      return structure.toASN1Primitive().getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
