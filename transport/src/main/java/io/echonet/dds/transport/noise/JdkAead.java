package io.echonet.dds.transport.noise;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** The JDK's cipher on arrays, which is what its intrinsics are written for. */
final class JdkAead implements Aead {
  private final AeadCipher sealing;
  private final AeadCipher opening;

  JdkAead(byte[] key) {
    sealing = new AeadCipher(key, null);
    opening = new AeadCipher(key, null);
  }

  @Override
  public ByteBuf buffer(ByteBufAllocator allocator, int capacity) {
    return allocator.heapBuffer(capacity, capacity);
  }

  @Override
  public void seal(long nonce, ByteBuf buffer, int index, int length)
      throws GeneralSecurityException {
    int offset = buffer.arrayOffset() + index;
    sealing
        .with(Cipher.ENCRYPT_MODE, nonce)
        .doFinal(buffer.array(), offset, length, buffer.array(), offset);
  }

  @Override
  public @Nullable ByteBuf open(
      ByteBufAllocator allocator, long nonce, ByteBuf source, int index, int length)
      throws GeneralSecurityException {
    int plaintextLength = length - TAG_BYTES;
    boolean inPlace = plaintextLength > SMALL_BYTES && source.hasArray();
    ByteBuf buffer = source;
    int start = index;
    if (!inPlace) {
      buffer = buffer(allocator, length).writeBytes(source, index, length);
      start = 0;
    }
    try {
      int offset = buffer.arrayOffset() + start;
      opening
          .with(Cipher.DECRYPT_MODE, nonce)
          .doFinal(buffer.array(), offset, length, buffer.array(), offset);
      return buffer.retainedSlice(start, plaintextLength);
    } catch (AEADBadTagException e) {
      return null;
    } finally {
      if (!inPlace) {
        buffer.release();
      }
    }
  }
}
