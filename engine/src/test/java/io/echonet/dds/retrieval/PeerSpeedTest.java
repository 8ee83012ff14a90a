package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What is believed of a peer that sends one chunk after another, each after a delay. */
class PeerSpeedTest {
  private static final long CHUNK = Chunk.MAX_BYTES;
  private static final long MILLI = Duration.ofMillis(1).toNanos();

  private final PeerSpeed speed = new PeerSpeed();
  private final Deque<long[]> requests = new ArrayDeque<>();
  private long now = -300 * MILLI;
  private long freeAt = now;

  /** Keeps {@code atOnce} requests at a peer for {@code millis}. */
  private void run(int atOnce, long delayMillis, long chunkMillis, long millis) {
    long end = now + millis * MILLI;
    while (now < end) {
      while (requests.size() < atOnce) {
        long begins = Math.max(now + delayMillis * MILLI, freeAt);
        freeAt = begins + chunkMillis * MILLI;
        long expected = speed.isKnown() ? speed.expected(requests.size() * CHUNK) : 0;
        requests.add(new long[] {now, freeAt, speed.received(), expected});
      }
      long[] oldest = requests.remove();
      now = oldest[1];
      speed.delivered(CHUNK, oldest[2], oldest[3], oldest[0], now);
    }
  }

  @Test
  void nothingIsKnownAtFirstNorOfSmallAnswers() {
    assertThat(speed.isKnown()).isFalse();
    speed.delivered(1_000, 0, 0, now, now + MILLI);
    assertThat(speed.isKnown()).isFalse();
    assertThat(speed.received()).isEqualTo(1_000);
  }

  @Test
  void aQueueTakesAsLongAsItsBytes() {
    run(8, 50, 10, 2_000);
    assertThat(speed.expected(0)).isEqualTo(60 * MILLI);
    assertThat(speed.expected(10 * CHUNK)).isCloseTo(160 * MILLI, Percentage.withPercentage(5));
  }

  @Test
  void itIsWorthAskingForTwiceWhatIsOnItsWay() {
    run(20, 50, 10, 5_000);
    assertThat((double) speed.worthKeeping() / CHUNK).isBetween(11.0, 15.0);
    assertThat(speed.worthAsking()).isEqualTo(speed.worthKeeping());
  }

  @Test
  void askingForMoreIsTriedForAsLongAsItHelps() {
    run(1, 50, 10, 100);
    int atOnce = (int) (speed.worthAsking() / CHUNK);
    assertThat(atOnce).isEqualTo(4);
    run(atOnce, 50, 10, 150);
    assertThat((int) (speed.worthAsking() / CHUNK)).isGreaterThan(10);
  }

  @Test
  void aPeerThatBecomesSlowIsBelievedWithinTwoGenerations() {
    run(8, 20, 5, 2_000);
    run(8, 20, 50, 4_000);
    assertThat(speed.expected(10 * CHUNK)).isGreaterThan(500 * MILLI);
  }

  @Test
  void aRouteThatBecomesLongerIsBelievedLittleByLittle() {
    run(2, 10, 5, 2_000);
    run(2, 100, 5, 25_000);
    assertThat(speed.expected(0)).isBetween(16 * MILLI, 60 * MILLI);
  }

  @Test
  void aPeerThatBecomesSlowIsNotJudgedByItsShortestTime() {
    run(1, 2, 1, 100);
    run(1, 2_000, 1, 20_000);
    assertThat(speed.expected(0)).isGreaterThan(1_500 * MILLI);
  }

  @Test
  void whatVariesIsAllowedToVary() {
    run(1, 50, 10, 1_000);
    assertThat(speed.usualDelay()).isZero();
    for (int i = 0; i < 40; i++) {
      run(1, i % 2 == 0 ? 50 : 150, 10, 1);
    }
    assertThat(speed.usualDelay()).isGreaterThan(25 * MILLI);
  }
}
