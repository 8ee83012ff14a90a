package io.echonet.dds.benchmarks;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.conscrypt.Conscrypt;

/**
 * One direction of ChaCha20-Poly1305 in frames of up to 65,519 bytes with counted nonces, by the
 * provider that is fastest on this JVM: the JDK's on arrays from 21, Conscrypt on direct buffers
 * below.
 */
final class FrameCipher {
  static final int MAX_PLAINTEXT_BYTES = 65_519;
  static final int TAG_BYTES = 16;

  private static final boolean ON_ARRAYS = Runtime.version().feature() >= 21;

  private final Cipher cipher;
  private final Key key = new SecretKeySpec(new byte[32], "ChaCha20");
  private final int mode;
  private final byte[] nonce = new byte[12];
  private long count;

  FrameCipher(int mode) throws GeneralSecurityException {
    this.mode = mode;
    if (ON_ARRAYS) {
      cipher = Cipher.getInstance("ChaCha20-Poly1305");
    } else {
      Provider conscrypt = Conscrypt.newProvider();
      cipher = Cipher.getInstance("ChaCha20/Poly1305/NoPadding", conscrypt);
    }
  }

  /** A buffer that {@link #apply} takes without a copy. */
  static ByteBuffer newBuffer(int bytes) {
    return ON_ARRAYS ? ByteBuffer.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
  }

  /** Encrypts or decrypts what remains of {@code source} as the next frame. */
  void apply(ByteBuffer source, ByteBuffer target) throws GeneralSecurityException {
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[4 + i] = (byte) (count >>> (8 * i));
    }
    count++;
    AlgorithmParameterSpec parameters = new IvParameterSpec(nonce);
    cipher.init(mode, key, parameters);
    if (ON_ARRAYS) {
      int written =
          cipher.doFinal(
              source.array(),
              source.arrayOffset() + source.position(),
              source.remaining(),
              target.array(),
              target.arrayOffset() + target.position());
      source.position(source.limit());
      target.position(target.position() + written);
    } else {
      cipher.doFinal(source, target);
    }
  }
}
