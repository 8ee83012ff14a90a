package io.echonet.dds.transport.noise;

import io.echonet.dds.transport.ConnectionException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what arrives into frames and decrypts them: two bytes of length, then as many of ciphertext
 * and tag (noise specification, "Wire Format"). A frame that arrives in one piece is decrypted
 * where it is; only one that is split is put together first.
 */
final class FrameOpener {
  static final int LENGTH_BYTES = 2;

  private final Aead aead;
  private final Consumer<ByteBuf> plaintexts;
  private long nonce;

  /** What has arrived of a frame; its length so far unknown is the first byte alone. */
  private @Nullable ByteBuf partial;

  private int firstLengthByte = -1;
  private boolean released;

  FrameOpener(Aead aead, Consumer<ByteBuf> plaintexts) {
    this(aead, plaintexts, 0);
  }

  FrameOpener(Aead aead, Consumer<ByteBuf> plaintexts, long firstNonce) {
    this.aead = aead;
    this.plaintexts = plaintexts;
    this.nonce = firstNonce;
  }

  /**
   * Takes {@code bytes} and hands out the plaintext of every frame that they complete.
   *
   * @throws ConnectionException where a frame is too short or does not authenticate; nothing more
   *     may be fed
   */
  void feed(ByteBufAllocator allocator, ByteBuf bytes) {
    try {
      // Whoever takes a plaintext may close the connection, and with it this.
      while (bytes.isReadable() && !released) {
        ByteBuf begun = partial;
        if (begun != null) {
          complete(allocator, begun, bytes);
        } else {
          begin(allocator, bytes);
        }
      }
    } finally {
      bytes.release();
    }
  }

  private void complete(ByteBufAllocator allocator, ByteBuf begun, ByteBuf bytes) {
    begun.writeBytes(bytes, Math.min(begun.writableBytes(), bytes.readableBytes()));
    if (!begun.isWritable()) {
      partial = null;
      try {
        open(allocator, begun, 0, begun.readableBytes());
      } finally {
        begun.release();
      }
    }
  }

  private void begin(ByteBufAllocator allocator, ByteBuf bytes) {
    int length;
    if (firstLengthByte >= 0) {
      length = firstLengthByte << 8 | bytes.readUnsignedByte();
      firstLengthByte = -1;
    } else if (bytes.readableBytes() >= LENGTH_BYTES) {
      length = bytes.readUnsignedShort();
    } else {
      firstLengthByte = bytes.readUnsignedByte();
      return;
    }
    if (length < Aead.TAG_BYTES) {
      throw new ConnectionException("noise frame of " + length + " bytes is shorter than its tag");
    }
    if (bytes.readableBytes() >= length) {
      int index = bytes.readerIndex();
      bytes.skipBytes(length);
      open(allocator, bytes, index, length);
    } else {
      partial = aead.buffer(allocator, length).writeBytes(bytes);
    }
  }

  private void open(ByteBufAllocator allocator, ByteBuf source, int index, int length) {
    // The last nonce is reserved; a peer that gets this far must not go on (Noise specification,
    // 5.1).
    if (nonce == -1) {
      throw new ConnectionException("noise nonces are used up");
    }
    ByteBuf plaintext;
    try {
      plaintext = aead.open(allocator, nonce, source, index, length);
    } catch (GeneralSecurityException e) {
      throw new ConnectionException("noise frame cannot be decrypted", e);
    }
    if (plaintext == null) {
      throw new ConnectionException(
          "noise frame "
              + Long.toUnsignedString(nonce)
              + " of "
              + length
              + " bytes does not authenticate");
    }
    nonce++;
    if (plaintext.isReadable()) {
      plaintexts.accept(plaintext);
    } else {
      plaintext.release();
    }
  }

  /** Whether a frame has begun to arrive and not ended. */
  boolean isInsideFrame() {
    return partial != null || firstLengthByte >= 0;
  }

  /** Gives up what has arrived of a frame. */
  void release() {
    released = true;
    ByteBuf begun = partial;
    if (begun != null) {
      partial = null;
      begun.release();
    }
  }
}
