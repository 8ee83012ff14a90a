package io.echonet.dds.benchmarks;

import io.echonet.dds.Content;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.retrieval.RetrievalStatistics;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A node on which many read contents at once; the names of those come on its input. */
final class CrowdReader {
  static final String COMMAND = "crowd-reader";

  private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

  private final RunningNode node;
  private final long bytesOfEach;
  private final LongAdder failed = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder fetched = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder hedges = new LongAdder();

  private CrowdReader(RunningNode node, long bytesOfEach) {
    this.node = node;
    this.bytesOfEach = bytesOfEach;
  }

  /** Options: the peers' addresses, the number of retrievals, MiB of each content. */
  static void run(String[] options) throws Exception {
    List<Multiaddr> peers = Arrays.stream(options[0].split(",")).map(Multiaddr::parse).toList();
    RunningNode node =
        Objects.requireNonNull(
            RunningNode.start(NodeConfig.client(Identity.generate(), peers)).block());
    try {
      node.joinAll(JOIN_LIMIT).block();
      List<Cid> cids = Arrays.stream(Passes.read().split(",")).map(Cid::parse).toList();
      System.out.println(
          new CrowdReader(node, Integer.parseInt(options[2]) * 1024L * 1024)
              .read(cids, Integer.parseInt(options[1])));
    } finally {
      node.close().block();
    }
  }

  private Sample read(List<Cid> cids, int retrievals) {
    try (MemoryPeak peak = new MemoryPeak()) {
      long start = System.nanoTime();
      double[] seconds =
          Objects.requireNonNull(
                  Flux.range(0, retrievals)
                      .flatMap(i -> retrieve(cids.get(i % cids.size())), retrievals, 1)
                      .collectList()
                      .block())
              .stream()
              .mapToDouble(Double::doubleValue)
              .sorted()
              .toArray();
      double all = (System.nanoTime() - start) / 1e9;
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("right", (double) seconds.length);
      figures.put("failed", failed.doubleValue());
      figures.put("seconds", all);
      figures.put("median", seconds.length == 0 ? 0 : seconds[seconds.length / 2]);
      figures.put("slowest", seconds.length == 0 ? 0 : seconds[seconds.length - 1]);
      figures.put("bytes", bytes.doubleValue());
      figures.put("fetched", fetched.doubleValue());
      figures.put("failures", failures.doubleValue());
      figures.put("hedges", hedges.doubleValue());
      figures.put("heap", (double) peak.heapBytes());
      figures.put("direct", (double) peak.directBytes());
      figures.put("resident", (double) Usage.now().peakMemoryBytes());
      return new Sample(figures);
    }
  }

  /** The seconds that it took; nothing where it failed. */
  private Mono<Double> retrieve(Cid cid) {
    return Mono.defer(
        () -> {
          long start = System.nanoTime();
          return node.dds()
              .retrieve(cid)
              .flatMap(this::length)
              .map(
                  length -> {
                    if (length != bytesOfEach) {
                      throw new IllegalStateException(length + " bytes of " + cid);
                    }
                    bytes.add(length);
                    return (System.nanoTime() - start) / 1e9;
                  })
              .onErrorResume(
                  DdsException.class,
                  error -> {
                    System.err.println(error.getMessage());
                    failed.increment();
                    return Mono.empty();
                  });
        });
  }

  /** Whoever sees the end of the bytes sees a content that was found to be right. */
  private Mono<Long> length(Content content) {
    return content
        .bytes()
        .reduce(0L, (sum, buffer) -> sum + buffer.remaining())
        .doFinally(
            end -> {
              RetrievalStatistics statistics = content.statistics();
              fetched.add(statistics.bytesReceived());
              failures.add(statistics.failures());
              hedges.add(statistics.hedges());
            });
  }
}
