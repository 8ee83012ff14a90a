package io.echonet.dds.keeping;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.testing.HeapStore;
import io.echonet.dds.testing.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/** Scrubbing in virtual time: 200 chunks of 1,000 bytes, 10 of them a second. */
class ScrubbingTest {
  private static final int CHUNKS = 200;
  private static final int CHUNK_BYTES = 1000;
  private static final Duration ONE_PASS = Duration.ofSeconds(20);
  private static final Duration INTERVAL = Duration.ofMinutes(10);
  private static final KeepingConfig CONFIG =
      KeepingConfig.defaults().withScrubbing(10 * CHUNK_BYTES, INTERVAL);

  @TempDir private Path folder;
  private final VirtualTime time = new VirtualTime();
  private final HeapStore store = new HeapStore(time.scheduler());
  private Keeping keeping = keeping();
  private final Disposable.Swap running = Disposables.swap();

  ScrubbingTest() {
    IntStream.range(0, CHUNKS)
        .forEach(
            i -> {
              byte[] bytes = new byte[CHUNK_BYTES];
              bytes[0] = (byte) i;
              bytes[1] = 1;
              store.put(Chunk.of(bytes));
            });
  }

  @AfterEach
  void stop() {
    running.dispose();
  }

  private Keeping keeping() {
    return Keeping.of(
        Keeper.of(store, Roots.inMemory(), CONFIG, time.scheduler()), ChunkSource.NONE);
  }

  private Path position() {
    return folder.resolve("scrub.position");
  }

  /** As a node that is started. */
  private void start() {
    keeping = keeping();
    running.update(
        keeping
            .scrub(new ScrubPosition(position(), Schedulers.immediate()))
            .subscribe(
                over -> {},
                failure -> {
                  throw new AssertionError(failure);
                }));
  }

  @Test
  void readsAtItsRateAndThenRestsUntilTheIntervalIsOver() {
    start();
    time.pass(ONE_PASS.dividedBy(2));
    assertThat(store.reads()).isBetween(CHUNKS / 2 - 5, CHUNKS / 2 + 5);

    time.pass(ONE_PASS);
    assertThat(store.reads()).isEqualTo(CHUNKS);
    assertThat(keeping.scrubbed())
        .isEqualTo(new ScrubStatistics(CHUNKS, CHUNKS * CHUNK_BYTES, 0, 0, 0));

    time.pass(INTERVAL.minus(ONE_PASS));
    assertThat(store.reads()).isEqualTo(CHUNKS);
    time.pass(ONE_PASS.multipliedBy(2));
    assertThat(store.reads()).isEqualTo(2 * CHUNKS);
  }

  @Test
  void goesOnAfterARestartWhereItWas() {
    start();
    time.until("more than a half", () -> store.reads() >= CHUNKS - 50);
    running.update(Disposables.disposed());
    int before = store.reads();

    start();
    time.pass(ONE_PASS.multipliedBy(2));

    // What it read after its last note it reads again.
    assertThat(store.reads()).isBetween(CHUNKS, CHUNKS + 64);
    assertThat(keeping.scrubbed().chunks()).isLessThanOrEqualTo(CHUNKS - before + 64);
  }

  @Test
  void restsAfterARestartWhereAllHadBeenRead() {
    start();
    time.pass(ONE_PASS.multipliedBy(2));

    start();
    time.pass(INTERVAL.dividedBy(2));

    assertThat(store.reads()).isEqualTo(CHUNKS);
  }

  @Test
  void aPositionThatIsDamagedOrFromTheFutureCostsAPassAtMost() throws IOException {
    Files.writeString(position(), "garbage\n");
    start();
    time.pass(ONE_PASS.multipliedBy(2));
    assertThat(store.reads()).isEqualTo(CHUNKS);

    Files.writeString(position(), "+1000000-01-01T00:00:00Z\n");
    start();
    time.pass(INTERVAL.plus(ONE_PASS.multipliedBy(2)));
    assertThat(store.reads()).isEqualTo(2 * CHUNKS);
  }
}
