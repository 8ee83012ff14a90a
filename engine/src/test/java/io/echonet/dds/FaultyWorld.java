package io.echonet.dds;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.testing.FakeRouting;
import io.echonet.dds.testing.TestContent;
import io.echonet.dds.testing.VirtualTime;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.echonet.dds.transport.testing.Link;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node that retrieves a content from others, some of which lie, stall, crawl, crash or come and
 * go: all of it as a seed has it, in simulated time.
 */
final class FaultyWorld {
  /*
   * Each chunk is held by at least one honest node, which has a link as good as chance gives it and may vanish for a few
   * seconds; and by any number of others, each with a fault of its own. Without an honest holder for one chunk the
   * retrieval can but fail.
   */

  private static final Duration FAULTS_END = Duration.ofSeconds(20);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(61);
  private static final int MAX_HONEST = 4;
  private static final int MAX_FAULTY = 5;

  private final Random random;
  private final TestContent content;
  private final VirtualTime time = new VirtualTime();
  private final InMemoryNetwork network;
  private final FakeRouting routing;
  private final TestDds asker;
  private final List<TestDds> nodes = new ArrayList<>();
  private long lastProgress;
  private long delivered;

  /**
   * The world of {@code seed}.
   *
   * @param orphan a chunk, or the manifest, that no honest node holds; null for none
   */
  FaultyWorld(long seed, TestContent content, @Nullable Cid orphan) {
    this.random = new Random(seed);
    this.content = content;
    this.network = InMemoryNetwork.create(time.scheduler(), seed);
    this.routing = new FakeRouting(time.scheduler(), Duration.ofMillis(random.nextInt(200)));
    network.setDefaultLink(Link.PERFECT.withMaxFrameBytes(65_536));
    asker = node();
    List<TestDds> honest = new ArrayList<>();
    for (int i = 1 + random.nextInt(MAX_HONEST); i > 0; i--) {
      honest.add(honestNode());
    }
    for (Chunk chunk : all()) {
      if (!Objects.equals(chunk.cid(), orphan)) {
        give(chunk, honest.get(random.nextInt(honest.size())));
        honest.stream().filter(node -> random.nextBoolean()).forEach(node -> give(chunk, node));
      }
    }
    for (int i = random.nextInt(MAX_FAULTY + 1); i > 0; i--) {
      faultyNode(orphan != null);
    }
  }

  private List<Chunk> all() {
    List<Chunk> all = new ArrayList<>(content.chunks());
    all.add(content.manifest().chunk());
    return all;
  }

  private TestDds node() {
    TestDds node =
        new TestDds(network, routing, DdsConfig.defaults(), time.scheduler(), time.scheduler());
    nodes.add(node);
    return node;
  }

  private void give(Chunk chunk, TestDds node) {
    node.store().put(chunk);
    routing.put(chunk.cid().multihash(), node.host());
  }

  private Link someLink() {
    return Link.PERFECT
        .withMaxFrameBytes(65_536)
        .withDelay(Duration.ofMillis(random.nextInt(150)))
        .withBandwidth(200_000L << random.nextInt(8));
  }

  private TestDds honestNode() {
    TestDds node = node();
    network.setLink(asker.host(), node.host(), someLink());
    switch (random.nextInt(4)) {
      case 0 -> {
        at(() -> network.partition(asker.host(), node.host()));
        time.scheduler()
            .schedule(
                () -> network.heal(asker.host(), node.host()),
                FAULTS_END.toMillis(),
                TimeUnit.MILLISECONDS);
      }
      case 1 -> at(() -> network.disconnect(asker.host(), node.host()));
      default -> {
        // It is always there.
      }
    }
    return node;
  }

  /** A node with some of the chunks, and one fault. */
  private void faultyNode(boolean hopeless) {
    TestDds node = node();
    Link link = someLink();
    for (Chunk chunk : all()) {
      if (random.nextInt(3) > 0) {
        give(chunk, node);
      }
    }
    // Where the retrieval is to fail, nobody may have what is right.
    switch (hopeless ? random.nextInt(3) : random.nextInt(7)) {
      case 0 -> link = link.withCorruption(FaultyWorld::corrupt);
      case 1 -> link = link.withStalled(true);
      case 2 -> network.kill(node.host());
      case 3 -> at(() -> network.kill(node.host()));
      case 4 -> at(() -> network.unplug(node.host()));
      case 5 -> link = link.withBandwidth(5_000);
      default -> all().forEach(chunk -> node.store().rot(chunk.cid()));
    }
    network.setLinkOneWay(node.host(), asker.host(), link);
  }

  private static byte[] corrupt(byte[] frame) {
    if (frame.length > 20) {
      frame[frame.length - 1] ^= 1;
    }
    return frame;
  }

  private void at(Runnable fault) {
    time.scheduler()
        .schedule(fault, random.nextInt((int) FAULTS_END.toMillis()), TimeUnit.MILLISECONDS);
  }

  /** What the retrieval ends with: the content's bytes, or an error. */
  record Outcome(@Nullable ByteBuffer bytes, @Nullable Throwable error, Duration sinceProgress) {}

  Outcome run() {
    CompletableFuture<byte[]> all =
        asker
            .dds()
            .retrieve(content.cid())
            .flatMap(
                found ->
                    TestContent.join(
                        found.bytes().doOnNext(bytes -> progressed(bytes.remaining()))))
            .toFuture();
    lastProgress = time.nanos();
    time.until("the end", all::isDone);
    Duration sinceProgress = Duration.ofNanos(time.nanos() - lastProgress);
    return all.handle(
            (bytes, error) ->
                new Outcome(bytes == null ? null : ByteBuffer.wrap(bytes), error, sinceProgress))
        .join();
  }

  private void progressed(int bytes) {
    delivered += bytes;
    lastProgress = time.nanos();
  }

  /** The bytes that reached the consumer before the end. */
  long delivered() {
    return delivered;
  }

  /** Ends it all; answers how many streams were left over. */
  int close() {
    // A stream that was closed well waits as long for its other end.
    time.pass(LONGEST_CLOSE);
    int left =
        asker.host().connections().stream().mapToInt(connection -> connection.openStreams()).sum();
    nodes.forEach(node -> time.run(node.dds().close()));
    time.run(network.close());
    return left;
  }
}
