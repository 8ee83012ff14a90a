package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Cid;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where each chunk lies, in memory: at most 64 bytes a chunk. Safe for use by many threads. */
final class ChunkIndex {
  /** So many that growing one of them, of a million chunks in all, takes but a few milliseconds. */
  static final int SHARDS = 16;

  private final IndexShard[] shards;

  ChunkIndex() {
    long secret = new SecureRandom().nextLong();
    shards = Stream.generate(() -> new IndexShard(secret)).limit(SHARDS).toArray(IndexShard[]::new);
  }

  @Nullable IndexEntry find(Cid cid) {
    return shard(cid).find(cid);
  }

  /** Answers what was there before. */
  @Nullable IndexEntry put(Cid cid, IndexEntry entry) {
    return shard(cid).put(cid, entry);
  }

  /** Answers what was there before. */
  @Nullable IndexEntry remove(Cid cid) {
    return shard(cid).remove(cid);
  }

  long chunks() {
    return sum(IndexShard::count);
  }

  /** The lengths of all chunks. */
  long bytes() {
    return sum(IndexShard::bytes);
  }

  private long sum(ToLongFunction<IndexShard> number) {
    return Arrays.stream(shards).mapToLong(number).sum();
  }

  IndexShard shard(int number) {
    return shards[number];
  }

  void forEach(BiConsumer<Cid, IndexEntry> action) {
    for (IndexShard shard : shards) {
      for (int slab = 0; slab < shard.slabCount(); slab++) {
        shard.forEach(slab, action);
      }
    }
  }

  private IndexShard shard(Cid cid) {
    return shards[cid.digest()[Cid.DIGEST_BYTES - 1] & (SHARDS - 1)];
  }
}
