package io.echonet.dds.transport.noise;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** Conscrypt's cipher on direct buffers, which it works on without copying. */
final class ConscryptAead implements Aead {
  private final AeadCipher sealing;
  private final AeadCipher opening;

  ConscryptAead(byte[] key, Provider conscrypt) {
    sealing = new AeadCipher(key, conscrypt);
    opening = new AeadCipher(key, conscrypt);
  }

  @Override
  public ByteBuf buffer(ByteBufAllocator allocator, int capacity) {
    return allocator.directBuffer(capacity, capacity);
  }

  @Override
  public void seal(long nonce, ByteBuf buffer, int index, int length)
      throws GeneralSecurityException {
    ByteBuffer whole = buffer.internalNioBuffer(index, length + TAG_BYTES);
    ByteBuffer sealed = whole.duplicate();
    whole.limit(whole.position() + length);
    sealing.with(Cipher.ENCRYPT_MODE, nonce).doFinal(whole, sealed);
  }

  @Override
  public @Nullable ByteBuf open(
      ByteBufAllocator allocator, long nonce, ByteBuf source, int index, int length)
      throws GeneralSecurityException {
    int plaintextLength = length - TAG_BYTES;
    boolean inPlace =
        plaintextLength > SMALL_BYTES && source.isDirect() && source.nioBufferCount() == 1;
    ByteBuf buffer = source;
    int start = index;
    if (!inPlace) {
      buffer = buffer(allocator, length).writeBytes(source, index, length);
      start = 0;
    }
    try {
      ByteBuffer sealed = buffer.internalNioBuffer(start, length);
      opening.with(Cipher.DECRYPT_MODE, nonce).doFinal(sealed, sealed.duplicate());
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
