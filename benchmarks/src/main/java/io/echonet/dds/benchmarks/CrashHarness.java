package io.echonet.dds.benchmarks;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.storage.StorageProvider;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Kills a node that publishes and deletes, again and again at random moments and on the same store,
 * and checks after each time that everything that was published, and not deleted since, is whole.
 */
final class CrashHarness {
  static final String COMMAND = "crash";

  private static final int MAX_MILLIS = 1_500;

  private final StoreKind kind;
  private final Path folder;
  private final Random random;
  private final Set<Cid> whole = new LinkedHashSet<>();
  private long published;
  private long deleted;
  private long checkedChunks;

  private CrashHarness(StoreKind kind, Path folder, long seed) {
    this.kind = kind;
    this.folder = folder;
    this.random = new Random(seed);
  }

  /** Options: kind of store (segment), times to kill (200), seed (1). */
  static void run(String[] options) throws Exception {
    StoreKind kind =
        StoreKind.valueOf((options.length > 0 ? options[0] : "segment").toUpperCase(Locale.ROOT));
    int kills = options.length > 1 ? Integer.parseInt(options[1]) : 200;
    long seed = options.length > 2 ? Long.parseLong(options[2]) : 1;
    Path folder = Files.createTempDirectory("dds-crash");
    try {
      CrashHarness harness = new CrashHarness(kind, folder.resolve("store"), seed);
      for (int i = 1; i <= kills; i++) {
        harness.round(i);
        if (i % 20 == 0 || i == kills) {
          System.out.println(harness);
        }
      }
    } finally {
      StoreBenchmark.delete(folder);
    }
  }

  private void round(int number) throws Exception {
    Child child =
        Child.start(
            List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"),
            CrashingNode.COMMAND,
            kind.name(),
            folder.toString(),
            Integer.toString(number));
    Reader reader = new Reader(child);
    reader.start();
    reader.opened.await();
    TimeUnit.MILLISECONDS.sleep(random.nextInt(MAX_MILLIS));
    child.kill();
    reader.join();
    for (String line : reader.lines) {
      Cid cid = Cid.parse(line.substring(line.indexOf(' ') + 1));
      if (line.startsWith("published ")) {
        whole.add(cid);
        published++;
      } else {
        whole.remove(cid);
        deleted++;
      }
    }
    check(number);
  }

  private void check(int number) {
    StorageProvider store = kind.open(folder);
    try {
      long chunks =
          Flux.fromIterable(whole)
              .flatMap(
                  cid ->
                      store
                          .retrieve(cid)
                          .switchIfEmpty(lost(number, "manifest " + cid))
                          .flatMapIterable(manifest -> Manifest.decode(manifest).chunkCids())
                          .flatMap(
                              chunk ->
                                  store
                                      .retrieve(chunk)
                                      .switchIfEmpty(lost(number, chunk + " of " + cid)),
                              4),
                  4)
              .count()
              .blockOptional()
              .orElseThrow();
      checkedChunks += chunks;
    } finally {
      store.close().block();
    }
  }

  private static <T> Mono<T> lost(int number, String what) {
    return Mono.error(() -> new IllegalStateException("lost after kill " + number + ": " + what));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "published %,d, deleted %,d, whole after the last kill %,d; %,d chunks read and verified in"
            + " all, none lost",
        published,
        deleted,
        whole.size(),
        checkedChunks);
  }

  /** Takes what the child says until it is killed. */
  private static final class Reader extends Thread {
    private final Child child;
    private final List<String> lines = new ArrayList<>();
    private final CountDownLatch opened = new CountDownLatch(1);

    Reader(Child child) {
      super("lines of the child");
      this.child = child;
    }

    @Override
    public void run() {
      try {
        child.line();
        opened.countDown();
        while (true) {
          lines.add(child.line());
        }
      } catch (IllegalStateException | UncheckedIOException ended) {
        opened.countDown();
      }
    }
  }
}
