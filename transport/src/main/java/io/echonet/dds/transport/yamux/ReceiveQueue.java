package io.echonet.dds.transport.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The bytes of one stream that wait for its reader. */
final class ReceiveQueue {
  /*
   * The window bounds the bytes queued; this class bounds what they cost. A piece is a slice of whatever buffer it
   * arrived in, so a byte may keep 64 KiB alive, and the piece itself is an object. So a piece is kept as it is only if
   * it is not small and is at least half of what it keeps alive; everything else is copied, together with what follows,
   * into a buffer of its own. The worst order of large and small pieces costs about three windows, and no order of
   * frames costs more. Only readers that lag behind pay for the copying.
   */
  static final int SMALL_BYTES = 8 * 1024;

  private final ByteBufAllocator allocator;
  private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>(2);
  private @Nullable ByteBuf gathering;

  ReceiveQueue(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** Adds a piece that is not empty, given away. */
  void add(ByteBuf piece) {
    if (isWorthKeeping(piece)) {
      gathering = null;
      pieces.add(piece);
      return;
    }
    try {
      while (piece.isReadable()) {
        ByteBuf into = gathering;
        if (into == null || !into.isWritable()) {
          int capacity = Math.max(SMALL_BYTES, piece.readableBytes());
          into = allocator.buffer(capacity, capacity);
          gathering = into;
          pieces.add(into);
        }
        into.writeBytes(piece, Math.min(piece.readableBytes(), into.writableBytes()));
      }
    } finally {
      piece.release();
    }
  }

  /** The oldest bytes, given to the caller, or null. */
  @Nullable ByteBuf poll() {
    ByteBuf piece = pieces.poll();
    if (pieces.isEmpty()) {
      gathering = null;
    }
    return piece;
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  void clear() {
    gathering = null;
    for (ByteBuf piece = pieces.poll(); piece != null; piece = pieces.poll()) {
      piece.release();
    }
  }

  private static boolean isWorthKeeping(ByteBuf piece) {
    int length = piece.readableBytes();
    return length >= SMALL_BYTES && capacityKeptAlive(piece) <= 2L * length;
  }

  private static int capacityKeptAlive(ByteBuf piece) {
    ByteBuf root = piece;
    for (ByteBuf below = root.unwrap(); below != null; below = below.unwrap()) {
      root = below;
    }
    return root.capacity();
  }
}
