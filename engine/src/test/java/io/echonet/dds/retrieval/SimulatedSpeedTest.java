package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.cache.CacheConfig;
import io.echonet.dds.cache.ChunkCache;
import io.echonet.dds.content.ByteRange;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.testing.TestContent;
import io.echonet.dds.testing.TestNetwork;
import io.echonet.dds.testing.TestNode;
import io.echonet.dds.testing.VirtualTime;
import io.echonet.dds.transport.testing.Link;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How long retrievals take from peers of given bandwidth and delay, in simulated time, which is
 * exact.
 */
class SimulatedSpeedTest {
  private static final int MB = 1_000_000;
  private static final Duration ROUND_TRIP = Duration.ofMillis(50);
  private static final Link WIDE =
      TestNetwork.LINK.withDelay(ROUND_TRIP.dividedBy(2)).withBandwidth(20 * MB);

  private final VirtualTime time = new VirtualTime();
  private final List<World> worlds = new ArrayList<>();

  @AfterEach
  void close() {
    worlds.forEach(World::close);
  }

  /** A node that asks, and those that it may ask. */
  private final class World {
    private final TestNetwork network = new TestNetwork(time.scheduler(), time.scheduler());
    private final TestNode asker = network.newNode();
    private final TestContent content;
    private final Retriever retriever =
        Retriever.of(
            asker.store(),
            asker.service(),
            asker.discovery(),
            RetrievalConfig.defaults(),
            ChunkCache.of(CacheConfig.NONE, time.scheduler()),
            time.scheduler(),
            time.scheduler(),
            new Random(1));

    World(TestContent content) {
      this.content = content;
      worlds.add(this);
    }

    World with(int count, Link link) {
      for (int i = 0; i < count; i++) {
        provider(link);
      }
      return this;
    }

    TestNode provider(Link link) {
      TestNode node = network.newNode();
      network.links().setLink(asker.host(), node.host(), link);
      content.putInto(node);
      return node;
    }

    Retrieval open() {
      return time.get(retriever.open(content.cid()));
    }

    Duration read() {
      return read(open());
    }

    Duration read(Retrieval retrieval) {
      CompletableFuture<Void> all = retrieval.bytes().then().toFuture();
      Duration taken = time.until("all is here", all::isDone);
      all.join();
      assertThat(asked(retrieval)).isLessThan(1.05 * content.bytes().length);
      return taken;
    }

    /** What was asked for, once or twice. */
    private double asked(Retrieval retrieval) {
      return content.bytes().length + retrieval.statistics().hedges() * (double) Chunk.MAX_BYTES;
    }

    double megabytesPerSecond(Duration taken) {
      return content.bytes().length / (taken.toMillis() / 1e3) / MB;
    }

    void close() {
      time.until("no stream is left", () -> network.openStreams() == 0);
      time.run(network.close());
    }
  }

  @Test
  void onePeerDeliversAsMuchAsItsBandwidth() {
    World world = new World(TestContent.random(1, 40 * MB)).with(1, WIDE);
    assertThat(world.megabytesPerSecond(world.read())).isGreaterThan(0.9 * 20);
  }

  @Test
  void threePeersDeliverAsMuchAsTheirBandwidthsTogether() {
    World world = new World(TestContent.random(1, 150 * MB)).with(3, WIDE);
    assertThat(world.megabytesPerSecond(world.read())).isGreaterThan(0.9 * 60);
  }

  @Test
  void theShareOfEachPeerFollowsItsSpeed() {
    World world = new World(TestContent.random(1, 70 * MB));
    TestNode fast = world.provider(WIDE);
    TestNode slow = world.provider(WIDE.withBandwidth(5 * MB));
    Retrieval retrieval = world.open();
    assertThat(world.megabytesPerSecond(world.read(retrieval))).isGreaterThan(0.9 * 25);
    double share = (double) received(retrieval, fast) / received(retrieval, slow);
    assertThat(share).isBetween(3.0, 5.0);
  }

  @Test
  void aPeerOfAHundredthOfTheSpeedCostsLittle() {
    TestContent content = TestContent.random(1, 80 * MB);
    Duration without = new World(content).with(2, WIDE).read();
    Duration with = new World(content).with(1, WIDE.withBandwidth(MB / 5)).with(2, WIDE).read();
    assertThat((double) with.toMillis()).isLessThan(1.15 * without.toMillis());
  }

  @Test
  void peersThatComeAndGoCostNoError() {
    World world = new World(TestContent.random(1, 80 * MB));
    Link narrow = WIDE.withBandwidth(MB);
    Deque<TestNode> alive = new ArrayDeque<>();
    for (int i = 0; i < 3; i++) {
      alive.add(world.provider(narrow));
    }
    Retrieval retrieval = world.open();
    CompletableFuture<byte[]> all = TestContent.join(retrieval.bytes()).toFuture();
    while (!all.isDone()) {
      time.pass(Duration.ofSeconds(5));
      world.network.links().kill(alive.remove().host());
      alive.add(world.provider(narrow));
    }
    assertThat(all.join()).isEqualTo(world.content.bytes());
    assertThat(retrieval.statistics().duplicates()).isLessThan(20);
  }

  @Test
  void theFirstByteAndASeekTakeAFewRoundTrips() {
    World world = new World(TestContent.random(1, 40 * MB));
    TestNode provider = world.provider(WIDE);
    time.get(world.asker.host().connect(provider.host().listenAddresses().get(0)));

    Duration first =
        untilDone(world.retriever.open(world.content.cid()).flatMap(r -> r.bytes().next()));
    Retrieval retrieval = world.open();
    Duration seek = untilDone(retrieval.bytes(new ByteRange(20 * MB, 40 * MB - 1)).next());

    assertThat(first).isLessThan(ROUND_TRIP.multipliedBy(3).plusMillis(50));
    assertThat(seek).isLessThan(ROUND_TRIP.multipliedBy(2).plusMillis(50));
  }

  @Test
  void manyAtOnceOverrunNoPeerAndKeepANewOneWaitingForLittle() {
    World world = new World(TestContent.random(1, 2 * MB));
    TestNode provider = world.provider(WIDE);
    List<Retrieval> retrievals = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      TestContent other = TestContent.random(2 + i, MB);
      other.putInto(provider);
      retrievals.add(time.get(world.retriever.open(other.cid())));
    }
    List<CompletableFuture<Void>> reads =
        retrievals.stream().map(retrieval -> retrieval.bytes().then().toFuture()).toList();
    time.pass(Duration.ofSeconds(1));

    Duration first = untilDone(world.open().bytes().next());

    // The manifest and the first chunk wait for eighty others each, 13 ms for one of them.
    assertThat(first).isLessThan(Duration.ofSeconds(3));
    time.until("all is here", () -> reads.stream().allMatch(CompletableFuture::isDone));
    reads.forEach(CompletableFuture::join);
    assertThat(retrievals).allSatisfy(r -> assertThat(r.statistics().failures()).isZero());
  }

  private Duration untilDone(Mono<?> mono) {
    CompletableFuture<?> future = mono.toFuture();
    Duration taken = time.until("the first buffer", future::isDone);
    future.join();
    return taken;
  }

  @Test
  void theWindowGrowsWithBandwidthAndDelayAndShrinksWithTheConsumer() {
    World world = new World(TestContent.random(1, 90 * MB)).with(3, WIDE);
    Retrieval retrieval = world.open();
    BaseSubscriber<ByteBuffer> consumer =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            // Asks for nothing by itself.
          }
        };
    retrieval.bytes().subscribe(consumer);
    consumer.request(1);
    time.pass(Duration.ofSeconds(1));
    assertThat(ahead(retrieval)).isLessThanOrEqualTo(24L * MB);

    consumer.request(200);
    time.pass(Duration.ofSeconds(3));
    long wide = ahead(retrieval);
    assertThat(wide).isBetween(4L * MB, 24L * MB);

    for (int i = 0; i < 60; i++) {
      time.pass(Duration.ofMillis(200));
      consumer.request(1);
    }
    assertThat(ahead(retrieval)).isLessThan(wide / 2);
    consumer.cancel();
  }

  @Test
  void aConsumerThatPausesStopsItsPeersWithinAWindow() {
    World world = new World(TestContent.random(1, 90 * MB)).with(3, WIDE);
    Retrieval retrieval = world.open();
    BaseSubscriber<ByteBuffer> consumer =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            request(150);
          }
        };
    retrieval.bytes().subscribe(consumer);
    time.until("the pause", () -> retrieval.statistics().bytesDelivered() >= 150 * Chunk.MAX_BYTES);
    long before = retrieval.statistics().bytesReceived();
    long window = RetrievalConfig.defaults().windowBytes();

    time.pass(Duration.ofSeconds(2));
    long later = retrieval.statistics().bytesReceived();
    assertThat(later - before).isPositive().isLessThanOrEqualTo(window);
    time.pass(Duration.ofSeconds(5));
    assertThat(retrieval.statistics().bytesReceived()).isEqualTo(later);
    assertThat(world.network.openStreams()).isZero();
    consumer.cancel();
  }

  @Test
  void rangesThatAPlayerGivesUpFetchLittleMoreThanTheyDeliverAndEndWithinARoundTrip() {
    World world = new World(TestContent.random(1, 48 * MB)).with(1, WIDE);
    Retrieval retrieval = world.open();
    long manifest = retrieval.statistics().bytesReceived();
    long last = 48L * MB - 1;
    List<Flux<ByteBuffer>> ranges =
        List.of(
            retrieval.bytes(new ByteRange(0, last)).take(4),
            retrieval.bytes(new ByteRange(last - MB, last)),
            retrieval.bytes(new ByteRange(MB, last)).take(40),
            retrieval.bytes(new ByteRange(24 * MB, last)).take(40),
            retrieval.bytes(new ByteRange(12 * MB, last)).take(40),
            retrieval.bytes(new ByteRange(22 * MB, last)).take(40));
    for (Flux<ByteBuffer> range : ranges) {
      untilDone(range.then());
      time.pass(ROUND_TRIP);
      assertThat(world.network.openStreams()).isZero();
    }
    // The chunks at both ends of a range are fetched as a whole; what was cut off in the middle of
    // a chunk is not counted here.
    assertThat(retrieval.statistics().bytesReceived() - manifest)
        .isLessThan((long) (1.1 * retrieval.statistics().bytesDelivered()));
  }

  private static long received(Retrieval retrieval, TestNode node) {
    return Objects.requireNonNull(retrieval.statistics().peers().get(node.id())).bytesReceived();
  }

  /** What has come and was not delivered yet. */
  private static long ahead(Retrieval retrieval) {
    var statistics = retrieval.statistics();
    return statistics.bytesReceived()
        - retrieval.manifest().chunk().size()
        - statistics.bytesDelivered();
  }
}
