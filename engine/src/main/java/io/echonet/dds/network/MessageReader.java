package io.echonet.dds.network;

import io.echonet.dds.multiformats.Varint;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Reads the one message of a stream into an array, buffer by buffer; bytes after it are left alone.
 *
 * <p>The array grows as bytes arrive, so that a peer has to send what it wants to be held: from a
 * short piece to the whole of a chunk's message, and on by doubling where it is longer.
 */
final class MessageReader {
  /** How far a message has come. */
  enum Progress {
    MORE,
    COMPLETE,
    /** The budget has no room for more of it. */
    NO_ROOM
  }

  /** What the first byte of a message can make this hold. */
  static final int FIRST_PIECE_BYTES = 16 * 1024;

  private final int maxBytes;
  private final ByteBudget budget;
  private long length;
  private int lengthBytes;
  private boolean lengthKnown;
  private int tag = -1;
  private byte[] array = new byte[0];
  private int filled;
  private boolean released;

  MessageReader(int maxBytes, ByteBudget budget) {
    this.maxBytes = maxBytes;
    this.budget = budget;
  }

  /**
   * Reads what belongs to the message from {@code buffer}, which stays the caller's.
   *
   * @throws BadMessageException where the length passes the limit or is no varint
   */
  Progress feed(ByteBuf buffer) {
    while (!lengthKnown && buffer.isReadable()) {
      readLength(buffer.readByte());
    }
    while (lengthKnown && filled < length && buffer.isReadable()) {
      if (tag < 0) {
        tag = buffer.getUnsignedByte(buffer.readerIndex());
      }
      if (filled == array.length && !grow()) {
        return Progress.NO_ROOM;
      }
      int count = Math.min(array.length - filled, buffer.readableBytes());
      buffer.readBytes(array, filled, count);
      filled += count;
    }
    return lengthKnown && filled == length ? Progress.COMPLETE : Progress.MORE;
  }

  private void readLength(byte b) {
    length |= (long) (b & 0x7f) << (7 * lengthBytes++);
    if (length > maxBytes) {
      throw new BadMessageException("message length " + length + " exceeds " + maxBytes);
    }
    if (b < 0 && lengthBytes == Varint.MAX_BYTES) {
      throw new BadMessageException("message length longer than " + lengthBytes + " bytes");
    }
    lengthKnown = b >= 0;
  }

  private synchronized boolean grow() {
    if (released) {
      return false;
    }
    int wanted =
        array.length == 0
            ? FIRST_PIECE_BYTES
            : Math.max(2 * array.length, NetworkConfig.MAX_CHUNK_MESSAGE_BYTES);
    int size = (int) Math.min(wanted, length);
    if (!budget.tryTake(size - array.length)) {
      return false;
    }
    array = Arrays.copyOf(array, size);
    return true;
  }

  /**
   * The message's first byte, which tells its kind (see {@link Kind}); negative while not there.
   */
  int tag() {
    return tag;
  }

  /** The length the message claims; 0 while unknown. */
  long length() {
    return length;
  }

  /** The message, once complete: all of this array, which is the caller's from now on. */
  byte[] message() {
    return array;
  }

  /** Gives back what was taken from the budget, and takes no more. Any thread, once. */
  synchronized void release() {
    released = true;
    budget.giveBack(array.length);
  }
}
