package io.echonet.dds.benchmarks;

import io.echonet.dds.Content;
import io.echonet.dds.content.Cid;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A reactive application that retrieves a content anew in each pass and throws its bytes away. */
final class Consumer {
  static final String COMMAND = "consumer";

  private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

  private long bytes;
  private long firstByteNanos;

  private Consumer() {}

  static void run(String[] options) throws Exception {
    NodeConfig config =
        NodeConfig.client(Identity.generate(), List.of(Multiaddr.parse(options[0])));
    Cid cid = Cid.parse(options[1]);
    RunningNode node = Objects.requireNonNull(RunningNode.start(config).block());
    try {
      node.join(JOIN_LIMIT).block();
      while (Passes.await()) {
        System.out.println(new Consumer().retrieve(node, cid));
      }
    } finally {
      node.close().block();
    }
  }

  private Sample retrieve(RunningNode node, Cid cid) {
    Usage before = Usage.now();
    long start = System.nanoTime();
    node.dds().retrieve(cid).flatMapMany(Content::bytes).doOnNext(this::consume).blockLast();
    double seconds = (System.nanoTime() - start) / 1e9;
    Usage after = Usage.now();
    return new Sample(
        Map.of(
            "bytes",
            (double) bytes,
            "seconds",
            seconds,
            "firstByteSeconds",
            (firstByteNanos - start) / 1e9,
            "cpu",
            after.cpuSeconds() - before.cpuSeconds(),
            "memory",
            (double) after.peakMemoryBytes()));
  }

  private void consume(ByteBuffer buffer) {
    if (bytes == 0) {
      firstByteNanos = System.nanoTime();
    }
    bytes += buffer.remaining();
  }
}
