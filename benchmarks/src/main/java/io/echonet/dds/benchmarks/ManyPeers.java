package io.echonet.dds.benchmarks;

import io.echonet.dds.Content;
import io.echonet.dds.content.Cid;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.testing.LinkShape;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import reactor.core.publisher.Flux;

/**
 * Retrievals from processes behind links of a given rate and round trip: what three deliver
 * together, what a slow one costs, how soon the first byte comes, and what seeking fetches.
 */
final class ManyPeers {
  static final String COMMAND = "many-peers";

  private static final double MB = 1e6;
  private static final Duration ROUND_TRIP = Duration.ofMillis(50);
  private static final LinkShape GOOD = LinkShape.of(ROUND_TRIP, 20_000_000);
  private static final LinkShape POOR = LinkShape.of(ROUND_TRIP, 200_000);
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);
  private static final int MIB = 1024 * 1024;

  private final int mebibytes;
  private final int passes;

  private ManyPeers(int mebibytes, int passes) {
    this.mebibytes = mebibytes;
    this.passes = passes;
  }

  /** Options: megabytes (MiB, 512), passes (3). */
  static void run(String[] options) throws Exception {
    ManyPeers benchmark =
        new ManyPeers(
            options.length > 0 ? Integer.parseInt(options[0]) : 512,
            options.length > 1 ? Integer.parseInt(options[1]) : 3);
    System.out.printf(
        Locale.ROOT,
        "%d MiB, links of 20 MB/s and %d ms round trip, JDK %s; medians of %d passes%n",
        benchmark.mebibytes,
        ROUND_TRIP.toMillis(),
        Runtime.version(),
        benchmark.passes);
    benchmark.run();
  }

  private void run() throws Exception {
    try (ContentFile content = ContentFile.create(mebibytes);
        FarProvider one = FarProvider.start(content, "one", GOOD);
        FarProvider other = FarProvider.start(content, "other", GOOD);
        FarProvider third = FarProvider.start(content, "third", GOOD);
        FarProvider poor = FarProvider.start(content, "poor", POOR)) {
      retrieve(one); // Everybody's compilers have seen it once.
      double[] two = new double[passes];
      double[] three = new double[passes];
      double[] withPoor = new double[passes];
      for (int i = 0; i < passes; i++) {
        three[i] = retrieve(one, other, third);
        two[i] = retrieve(one, other);
        withPoor[i] = retrieve(poor, one, other);
      }
      System.out.printf(
          Locale.ROOT,
          "three peers: %.1f MB/s, %.2f of their links%n",
          mebibytes * MIB / MB / median(three),
          mebibytes * MIB / MB / median(three) / 60);
      double[] ratio = new double[passes];
      Arrays.setAll(ratio, i -> withPoor[i] / two[i]);
      System.out.printf(
          Locale.ROOT,
          "two peers %.2f s, with one of 0.2 MB/s %.2f s: %.2f times (%.2f to %.2f)%n",
          median(two),
          median(withPoor),
          median(ratio),
          Arrays.stream(ratio).min().orElseThrow(),
          Arrays.stream(ratio).max().orElseThrow());
      soon(one);
      seek(one);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static RunningNode consumer(FarProvider... providers) {
    List<Multiaddr> bootstrap =
        Arrays.stream(providers).map(provider -> Multiaddr.parse(provider.address())).toList();
    NodeConfig config = NodeConfig.client(Identity.generate(), bootstrap);
    RunningNode node = Objects.requireNonNull(RunningNode.start(config).block());
    node.join(JOIN_LIMIT).block();
    return node;
  }

  /** The seconds that a new node takes that is connected to these. */
  private static double retrieve(FarProvider... providers) {
    RunningNode node = consumer(providers);
    try {
      long start = System.nanoTime();
      node.dds().retrieve(Cid.parse(providers[0].cid())).flatMapMany(Content::bytes).blockLast();
      return (System.nanoTime() - start) / 1e9;
    } finally {
      node.close().block();
    }
  }

  /** The first byte of a content, and of its middle, from a connected peer. */
  private void soon(FarProvider provider) {
    double[] first = new double[passes];
    double[] middle = new double[passes];
    for (int i = 0; i < passes; i++) {
      RunningNode node = consumer(provider);
      try {
        long start = System.nanoTime();
        Content content =
            Objects.requireNonNull(node.dds().retrieve(Cid.parse(provider.cid())).block());
        content.bytes().blockFirst();
        first[i] = (System.nanoTime() - start) / MB;
        long seek = System.nanoTime();
        content.bytes(content.size() / 2, content.size() - 1).blockFirst();
        middle[i] = (System.nanoTime() - seek) / MB;
      } finally {
        node.close().block();
      }
    }
    System.out.printf(
        Locale.ROOT,
        "first byte after %.0f ms: round trips of %d ms and %.0f ms more (asked: 3 and 50);"
            + " of the middle after %.0f ms (asked: 2 and 50)%n",
        median(first),
        ROUND_TRIP.toMillis(),
        median(first) - 3 * ROUND_TRIP.toMillis(),
        median(middle));
  }

  /** Ranges as a video player asks for them: the beginning, the index at the end, then seeking. */
  private void seek(FarProvider provider) throws InterruptedException {
    RunningNode node = consumer(provider);
    try {
      Content content =
          Objects.requireNonNull(node.dds().retrieve(Cid.parse(provider.cid())).block());
      long before = provider.sent();
      long last = content.size() - 1;
      List<Flux<ByteBuffer>> ranges = new ArrayList<>();
      ranges.add(content.bytes(0, last).take(4));
      ranges.add(content.bytes(last - MIB, last));
      ranges.add(content.bytes(MIB, last).take(40));
      ranges.add(content.bytes(content.size() / 2, last).take(40));
      ranges.add(content.bytes(content.size() / 4, last).take(40));
      ranges.add(content.bytes(content.size() / 4 + 10 * MIB, last).take(40));
      long delivered = 0;
      for (Flux<ByteBuffer> range : ranges) {
        delivered +=
            Objects.requireNonNull(
                range.map(buffer -> (long) buffer.remaining()).reduce(0L, Long::sum).block());
      }
      // What was under way when a range was given up arrives within a round trip.
      Thread.sleep(4 * ROUND_TRIP.toMillis());
      long fetched = provider.sent() - before;
      System.out.printf(
          Locale.ROOT,
          "six ranges: %.1f MB delivered, %.1f MB sent: %.1f MB more, %.1f MB a range%n",
          delivered / MB,
          fetched / MB,
          (fetched - delivered) / MB,
          (fetched - delivered) / MB / ranges.size());
    } finally {
      node.close().block();
    }
  }
}
