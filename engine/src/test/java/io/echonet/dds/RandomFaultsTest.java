package io.echonet.dds;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.testing.TestContent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Retrievals in worlds with random faults: {@code -Dsimulation.seeds=2000} for so many instead of
 * sixty each, {@code -Dsimulation.first=N} to replay the one of seed N.
 */
class RandomFaultsTest {
  private static final long FIRST = Long.getLong("simulation.first", 1);
  private static final int SEEDS = Integer.getInteger("simulation.seeds", 60);

  /**
   * Of all sizes, from nothing to a dozen chunks; made once, because hashing is what takes time.
   */
  private static final List<TestContent> CONTENTS =
      IntStream.of(0, 1, 262_144, 262_145, 1_000_000, 3_000_000)
          .mapToObj(size -> TestContent.random(size, size))
          .toList();

  private static TestContent content(long seed) {
    return CONTENTS.get(new Random(seed).nextInt(CONTENTS.size()));
  }

  /** One large enough for its bytes to be told from the other bytes of a message. */
  private static TestContent largerContent(long seed) {
    return CONTENTS.get(2 + new Random(seed).nextInt(CONTENTS.size() - 2));
  }

  @Test
  void whatAnHonestNodeHoldsIsRetrievedWhateverTheOthersDo() {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      TestContent content = content(seed);
      FaultyWorld world = new FaultyWorld(seed, content, null);
      FaultyWorld.Outcome outcome = world.run();
      assertThat(outcome.error()).as("seed %d", seed).isNull();
      assertThat(outcome.bytes()).as("seed %d", seed).isEqualTo(ByteBuffer.wrap(content.bytes()));
      assertThat(world.close()).as("streams left, seed %d", seed).isZero();
    }
  }

  @Test
  void whatNoHonestNodeHoldsIsAClearErrorInTime() {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      TestContent content = largerContent(seed);
      FaultyWorld world = new FaultyWorld(seed, content, orphan(seed, content));
      FaultyWorld.Outcome outcome = world.run();
      assertThat(outcome.error()).as("seed %d", seed).isInstanceOf(DdsException.class);
      assertThat(outcome.error())
          .as("seed %d", seed)
          .hasMessageContaining(orphan(seed, content).toString());
      // The timeout counts from the last chunk that came, which may wait for one before it.
      assertThat(outcome.sinceProgress()).as("seed %d", seed).isLessThan(Duration.ofMinutes(2));
      assertThat(world.delivered()).as("seed %d", seed).isLessThanOrEqualTo(before(seed, content));
      assertThat(world.close()).as("streams left, seed %d", seed).isZero();
    }
  }

  private static Cid orphan(long seed, TestContent content) {
    int index = index(seed, content);
    return index < 0 ? content.cid() : content.chunks().get(index).cid();
  }

  private static int index(long seed, TestContent content) {
    return new Random(~seed).nextInt(content.chunks().size() + 1) - 1;
  }

  /** What can be delivered before the orphan. */
  private static long before(long seed, TestContent content) {
    return Math.max(0, index(seed, content)) * (long) Chunk.MAX_BYTES;
  }
}
