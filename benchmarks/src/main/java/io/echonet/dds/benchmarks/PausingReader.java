package io.echonet.dds.benchmarks;

import io.echonet.dds.Content;
import io.echonet.dds.content.Cid;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import reactor.core.publisher.Mono;

/** One who reads a content and pauses at random. Prints figures, and the hash of what came. */
final class PausingReader {
  static final String COMMAND = "pausing-reader";

  private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

  /** It pauses after one buffer of so many, for up to so long. */
  private static final int ONE_OF = 250;

  private static final int LONGEST_MILLIS = 1_000;

  private final Random random = new Random(1);
  private final MessageDigest digest = RepeatedContent.newDigest();
  private long bytes;
  private long pauses;
  private long pausedMillis;

  private PausingReader() {}

  /** Options: the peers' addresses, the CID. */
  static void run(String[] options) throws Exception {
    List<Multiaddr> peers = Arrays.stream(options[0].split(",")).map(Multiaddr::parse).toList();
    RunningNode node =
        Objects.requireNonNull(
            RunningNode.start(NodeConfig.client(Identity.generate(), peers)).block());
    try {
      node.joinAll(JOIN_LIMIT).block();
      new PausingReader().read(node, Cid.parse(options[1]));
    } finally {
      node.close().block();
    }
  }

  private void read(RunningNode node, Cid cid) {
    try (MemoryPeak peak = new MemoryPeak()) {
      long start = System.nanoTime();
      Content content = Objects.requireNonNull(node.dds().retrieve(cid).block());
      content.bytes().concatMap(this::take, 1).blockLast();
      System.out.println(
          new Sample(
              Map.of(
                  "seconds", (System.nanoTime() - start) / 1e9,
                  "bytes", (double) bytes,
                  "pauses", (double) pauses,
                  "paused", pausedMillis / 1e3,
                  "fetched", (double) content.statistics().bytesReceived(),
                  "heap", (double) peak.heapBytes(),
                  "direct", (double) peak.directBytes(),
                  "resident", (double) Usage.now().peakMemoryBytes())));
      System.out.println(HexFormat.of().formatHex(digest.digest()));
    }
  }

  private Mono<Long> take(ByteBuffer buffer) {
    bytes += buffer.remaining();
    digest.update(buffer);
    if (random.nextInt(ONE_OF) > 0) {
      return Mono.empty();
    }
    int millis = random.nextInt(LONGEST_MILLIS);
    pauses++;
    pausedMillis += millis;
    return Mono.delay(Duration.ofMillis(millis));
  }
}
