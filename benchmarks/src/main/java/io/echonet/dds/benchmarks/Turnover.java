package io.echonet.dds.benchmarks;

import io.echonet.dds.Content;
import io.echonet.dds.content.Cid;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.retrieval.RetrievalStatistics;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.testing.LinkShape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Three processes that provide a content, of which the oldest is killed again and again and another
 * started: a node that began with the first of them reads on.
 */
final class Turnover {
  static final String COMMAND = "turnover";

  private static final int PROVIDERS = 3;
  private static final int DISTINCT_MEBIBYTES = 64;
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

  private final Stores stores;
  private final RepeatedContent content;
  private final Duration period;
  private final LinkShape shape;
  private final Deque<FarLibrary> alive = new ArrayDeque<>();
  private int started;

  private Turnover(Stores stores, RepeatedContent content, Duration period, LinkShape shape) {
    this.stores = stores;
    this.content = content;
    this.period = period;
    this.shape = shape;
  }

  /** Options: MiB (512), seconds between two kills (5), bytes a second of each link (6,000,000). */
  static void run(String[] options) throws Exception {
    int mebibytes = options.length > 0 ? Integer.parseInt(options[0]) : 512;
    int seconds = options.length > 1 ? Integer.parseInt(options[1]) : 5;
    long rate = options.length > 2 ? Long.parseLong(options[2]) : 6_000_000;
    try (Stores stores = Stores.create()) {
      new Turnover(
              stores,
              new RepeatedContent(1, mebibytes, DISTINCT_MEBIBYTES),
              Duration.ofSeconds(seconds),
              LinkShape.of(Duration.ofMillis(50), rate))
          .run();
    }
  }

  /** All find each other by one that is never killed and holds nothing, whom the reader knows. */
  private void run() throws Exception {
    RunningNode hub =
        Objects.requireNonNull(
            RunningNode.start(
                    NodeConfig.client(Identity.generate(), List.of())
                        .withListen(List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")), List.of())
                        .withService(true, false))
                .block());
    try {
      String meeting = hub.addresses().get(0).toString();
      Path original = stores.of("original");
      FarLibrary first =
          FarLibrary.start(original, shape, meeting, 1, content.mebibytes(), content.distinct());
      String cid = first.cids().get(0);
      first.close();
      for (int i = 0; i < PROVIDERS; i++) {
        start(original, meeting);
      }
      RunningNode reader =
          Objects.requireNonNull(
              RunningNode.start(
                      NodeConfig.client(Identity.generate(), List.of(Multiaddr.parse(meeting))))
                  .block());
      try {
        reader.join(JOIN_LIMIT).block();
        read(reader, Cid.parse(cid), original, meeting);
      } finally {
        reader.close().block();
      }
    } finally {
      for (FarLibrary library : alive) {
        library.close();
      }
      hub.close().block();
    }
  }

  private void start(Path original, String meeting) throws Exception {
    Path store = stores.copy(original, "copy" + started++);
    alive.add(FarLibrary.start(store, shape, meeting, 0, content.mebibytes(), content.distinct()));
  }

  private void read(RunningNode reader, Cid cid, Path original, String meeting) throws Exception {
    Content found = Objects.requireNonNull(reader.dds().retrieve(cid).block());
    MessageDigest digest = RepeatedContent.newDigest();
    long start = System.nanoTime();
    CompletableFuture<Long> all =
        found.bytes().reduce(0L, (sum, buffer) -> sum + take(digest, buffer)).toFuture();
    int kills = 0;
    while (!isDone(all)) {
      alive.remove().kill();
      kills++;
      start(original, meeting);
    }
    long bytes = all.join();
    RetrievalStatistics statistics = found.statistics();
    System.out.printf(
        Locale.ROOT,
        "%d MiB in %.1f s while %d of %d were killed, one each %d s: %s; %.1f MB fetched, %d duplicates, %d failures, %d peers seen%n",
        content.mebibytes(),
        (System.nanoTime() - start) / 1e9,
        kills,
        started,
        period.toSeconds(),
        bytes == content.bytes()
                && HexFormat.of().formatHex(digest.digest()).equals(content.sha256())
            ? "no error, and right to the last byte"
            : "WRONG, " + bytes + " bytes",
        statistics.bytesReceived() / 1e6,
        statistics.duplicates(),
        statistics.failures(),
        statistics.peers().size());
  }

  /** Whether all has come when it is time to kill another. */
  private boolean isDone(CompletableFuture<Long> all) throws InterruptedException {
    try {
      all.get(period.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the retrieval failed", e);
    }
  }

  private static long take(MessageDigest digest, ByteBuffer buffer) {
    long length = buffer.remaining();
    digest.update(buffer);
    return length;
  }
}
