package io.echonet.dds.chunker;

import io.echonet.dds.content.Chunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Regroups the bytes of a content into pieces of a chunk's length; not thread-safe. */
final class ChunkCutter {
  /**
   * Above this a buffer is copied as a whole and cut as its pieces are taken. Cut at once, the
   * pieces of a long buffer live through garbage collections, each of which copies them: half the
   * throughput at 64 MiB. Up to this length, that costs less than copying twice.
   */
  private static final int MAX_BYTES_CUT_AT_ONCE = 4 << 20;

  private byte @Nullable [] open;
  private int filled;
  private boolean cutAny;

  /**
   * Copies what remains of {@code buffer}, leaving it as it was; answers the pieces this fills, to
   * be iterated once and before anything else is asked of this cutter.
   */
  Iterable<byte[]> add(ByteBuffer buffer) {
    if (buffer.remaining() <= MAX_BYTES_CUT_AT_ONCE) {
      return cutAtOnce(buffer);
    }
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(buffer.position(), copy);
    return () -> new LaterPieces(ByteBuffer.wrap(copy));
  }

  /** The last piece, where there is one; an empty content has one, of no bytes. */
  Iterable<byte[]> end() {
    return () -> {
      if (open != null) {
        return List.of(Arrays.copyOf(open, filled)).iterator();
      }
      return (cutAny ? List.<byte[]>of() : List.of(new byte[0])).iterator();
    };
  }

  private List<byte[]> cutAtOnce(ByteBuffer buffer) {
    List<byte[]> pieces = List.of();
    int at = buffer.position();
    while (at < buffer.limit()) {
      int length = Math.min(buffer.limit() - at, Chunk.MAX_BYTES - filled);
      byte[] piece = fill(buffer, at, length);
      if (piece != null) {
        pieces = pieces.isEmpty() ? new ArrayList<>() : pieces;
        pieces.add(piece);
      }
      at += length;
    }
    return pieces;
  }

  /** Adds bytes to the open piece, no more than fit; answers it where that filled it. */
  private byte @Nullable [] fill(ByteBuffer buffer, int at, int length) {
    byte[] piece = open == null ? new byte[Chunk.MAX_BYTES] : open;
    buffer.get(at, piece, filled, length);
    filled += length;
    if (filled < Chunk.MAX_BYTES) {
      open = piece;
      return null;
    }
    open = null;
    filled = 0;
    cutAny = true;
    return piece;
  }

  /** Pieces of a long buffer; what is left after the last of them goes to the open one. */
  private final class LaterPieces implements Iterator<byte[]> {
    private final ByteBuffer buffer;
    private byte @Nullable [] next;

    LaterPieces(ByteBuffer buffer) {
      this.buffer = buffer;
      this.next = advance();
    }

    private byte @Nullable [] advance() {
      int length = Math.min(buffer.remaining(), Chunk.MAX_BYTES - filled);
      if (length == 0) {
        return null;
      }
      byte[] piece = fill(buffer, buffer.position(), length);
      buffer.position(buffer.position() + length);
      return piece;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public byte[] next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      byte[] piece = next;
      next = advance();
      return piece;
    }
  }
}
