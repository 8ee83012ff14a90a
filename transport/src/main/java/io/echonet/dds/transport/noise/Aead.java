package io.echonet.dds.transport.noise;

import io.echonet.dds.transport.CryptoProvider;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.GeneralSecurityException;
import java.security.Provider;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 under one key, without associated data, working in place (RFC 8439 and the
 * Noise specification, section 12). For one thread.
 */
interface Aead {
  int KEY_BYTES = 32;
  int TAG_BYTES = 16;

  /**
   * A plaintext this short is copied, lest it keep all the bytes that it came with from being
   * freed.
   */
  int SMALL_BYTES = 4096;

  /** From this release on the JDK's own ChaCha20-Poly1305 is as fast as native code. */
  int FAST_JDK = 21;

  /** The cipher that costs least on this JVM, under {@code key}. */
  static Aead fastest(byte[] key) {
    Provider conscrypt = CryptoProvider.conscrypt();
    return conscrypt == null || Runtime.version().feature() >= FAST_JDK
        ? new JdkAead(key)
        : new ConscryptAead(key, conscrypt);
  }

  /** A buffer of {@code capacity} bytes of the kind that {@link #seal} takes. */
  ByteBuf buffer(ByteBufAllocator allocator, int capacity);

  /**
   * Encrypts {@code length} bytes of {@code buffer} from {@code index} where they are, and puts the
   * tag behind them.
   */
  void seal(long nonce, ByteBuf buffer, int index, int length) throws GeneralSecurityException;

  /**
   * The plaintext of the {@code length} bytes of {@code source} from {@code index}, which end in
   * their tag, as a buffer of the caller's: one of its own or a slice of {@code source}. Either way
   * the bytes of {@code source} are spent. Null where they do not authenticate.
   */
  @Nullable ByteBuf open(
      ByteBufAllocator allocator, long nonce, ByteBuf source, int index, int length)
      throws GeneralSecurityException;
}
