package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A change of what is held, decided in its turn: by what all changes before it have made of the
 * store.
 */
abstract sealed class Change {
  private boolean changed;
  private @Nullable Exception failure;

  /** The chunk that is written with it, in bytes. */
  int chunkBytes() {
    return 0;
  }

  /** What it writes at most. */
  final int maxBytes() {
    return SegmentRecord.bytes(chunkBytes());
  }

  /** Writes what makes it so; answers whether there was anything to change. */
  abstract boolean write(Batch batch) throws IOException;

  final void end(boolean nowChanged, @Nullable Exception nowFailure) {
    changed = nowChanged;
    failure = nowFailure;
  }

  final boolean changed() {
    return changed;
  }

  /** Why nothing came of it; null where it did. */
  final @Nullable Exception failure() {
    return failure;
  }

  /** A chunk is held, for these reasons and those of before. */
  static final class Store extends Change {
    private final Chunk chunk;
    private final int checksum;
    private final int holdings;

    /** {@code holdings} as {@link Holdings} has them. */
    Store(Chunk chunk, int holdings) {
      this.chunk = chunk;
      this.checksum = SegmentRecord.checksum(chunk);
      this.holdings = holdings;
    }

    int holdings() {
      return holdings;
    }

    @Override
    int chunkBytes() {
      return chunk.size();
    }

    @Override
    boolean write(Batch batch) throws IOException {
      Cid cid = chunk.cid();
      IndexEntry held = batch.find(cid);
      if (held == null) {
        batch.checkRoom(chunk.size());
        batch.appendChunk(cid, chunk.data(), checksum, holdings);
        return true;
      }
      int all = held.holdings() | holdings;
      if (all == held.holdings()) {
        return false;
      }
      batch.append(SegmentRecord.Kind.REASONS, cid, all, 0);
      batch.put(cid, held.withHoldings(all));
      return true;
    }
  }

  /** A chunk is held no longer. */
  static final class Delete extends Change {
    private final Cid cid;

    Delete(Cid cid) {
      this.cid = cid;
    }

    @Override
    boolean write(Batch batch) throws IOException {
      IndexEntry held = batch.find(cid);
      if (held == null) {
        return false;
      }
      batch.append(SegmentRecord.Kind.TOMBSTONE, cid, held.holdings(), held.segment());
      batch.remove(cid);
      return true;
    }
  }

  /**
   * A chunk that turned out to be unreadable where it lay is held no longer, if it still lies
   * there.
   */
  static final class Forget extends Change {
    private final Cid cid;
    private final IndexEntry rotten;

    Forget(Cid cid, IndexEntry rotten) {
      this.cid = cid;
      this.rotten = rotten;
    }

    @Override
    boolean write(Batch batch) throws IOException {
      IndexEntry held = batch.find(cid);
      if (held == null || !held.isAt(rotten)) {
        return false;
      }
      batch.append(SegmentRecord.Kind.TOMBSTONE, cid, held.holdings(), held.segment());
      batch.remove(cid);
      return true;
    }
  }

  /** A chunk lies at the end from now on, if it still lies where it was read. */
  static final class Move extends Change {
    private final Cid cid;
    private final IndexEntry from;
    private final int checksum;
    private final ByteBuffer data;

    /** {@code checksum} goes with {@code data}, of which nobody looks here whether it rotted. */
    Move(Cid cid, IndexEntry from, int checksum, ByteBuffer data) {
      this.cid = cid;
      this.from = from;
      this.checksum = checksum;
      this.data = data;
    }

    @Override
    int chunkBytes() {
      return data.remaining();
    }

    @Override
    boolean write(Batch batch) throws IOException {
      IndexEntry held = batch.find(cid);
      if (held == null || !held.isAt(from)) {
        return false;
      }
      batch.appendChunk(cid, data.duplicate(), checksum, held.holdings());
      return true;
    }
  }

  /** A record other than a chunk's lies at the end from now on, if it still says something. */
  static final class Carry extends Change {
    private final SegmentRecord record;

    Carry(SegmentRecord record) {
      this.record = record;
    }

    @Override
    boolean write(Batch batch) throws IOException {
      IndexEntry held = batch.find(record.cid());
      if (record.kind() == SegmentRecord.Kind.TOMBSTONE && held == null) {
        batch.append(record.kind(), record.cid(), record.holdings(), record.segment());
        return true;
      }
      if (record.kind() == SegmentRecord.Kind.RETIRED) {
        batch.append(record.kind(), record.cid(), 0, record.segment());
        return true;
      }
      if (record.kind() == SegmentRecord.Kind.REASONS && held != null) {
        batch.append(record.kind(), record.cid(), held.holdings(), 0);
        return true;
      }
      return false;
    }
  }

  /** Nothing that counts lies in a segment any longer. */
  static final class Retire extends Change {
    private static final Cid NONE = Cid.of(new byte[Cid.DIGEST_BYTES]);

    private final int segment;

    Retire(int segment) {
      this.segment = segment;
    }

    @Override
    boolean write(Batch batch) throws IOException {
      batch.append(SegmentRecord.Kind.RETIRED, NONE, 0, segment);
      return true;
    }
  }
}
