package io.echonet.dds.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Cid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunkIndexTest {
  private final ChunkIndex index = new ChunkIndex();

  @Test
  void itIsTheMapThatItSeems() {
    Random random = new Random(1);
    Map<Cid, IndexEntry> map = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      Cid cid = cid(random.nextInt(20_000));
      if (random.nextInt(3) == 0) {
        assertThat(index.remove(cid)).isEqualTo(map.remove(cid));
      } else {
        IndexEntry entry =
            new IndexEntry(
                1 + random.nextInt(1000),
                8L * random.nextInt(1 << 28),
                random.nextInt(4 << 20),
                1 + random.nextInt(3));
        assertThat(index.put(cid, entry)).isEqualTo(map.put(cid, entry));
      }
    }

    assertThat(index.chunks()).isEqualTo(map.size());
    assertThat(index.bytes()).isEqualTo(map.values().stream().mapToLong(IndexEntry::length).sum());
    map.forEach((cid, entry) -> assertThat(index.find(cid)).isEqualTo(entry));
    Map<Cid, IndexEntry> walked = new HashMap<>();
    index.forEach((cid, entry) -> assertThat(walked.put(cid, entry)).isNull());
    assertThat(walked).isEqualTo(map);
  }

  @Test
  void theFarEndOfTheLongestSegmentIsKept() {
    IndexEntry far = new IndexEntry(Integer.MAX_VALUE, 8L * 0xffff_ffffL, 4 << 20, 3);
    index.put(cid(1), far);

    assertThat(index.find(cid(1))).isEqualTo(far);
  }

  @Test
  void whatIsThereThroughoutAWalkIsMetOnceThoughTheIndexGrows() {
    for (int i = 0; i < 5000; i++) {
      index.put(cid(i), new IndexEntry(1, 8, 1, 1));
    }
    List<Cid> met = new ArrayList<>();
    int added = 5000;
    for (int number = 0; number < ChunkIndex.SHARDS; number++) {
      IndexShard shard = index.shard(number);
      for (int slab = 0; slab < shard.slabCount(); slab++) {
        shard.forEach(slab, (cid, entry) -> met.add(cid));
        for (int i = 0; i < 100; i++) {
          index.put(cid(added++), new IndexEntry(1, 8, 1, 1));
        }
      }
    }

    assertThat(met).doesNotHaveDuplicates();
    assertThat(met).containsAll(IntStream.range(0, 5000).mapToObj(ChunkIndexTest::cid).toList());
  }

  private static Cid cid(int number) {
    return Cid.hash(ByteBuffer.allocate(4).putInt(0, number));
  }
}
