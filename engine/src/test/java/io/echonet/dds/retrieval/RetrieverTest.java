package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.echonet.dds.cache.CacheConfig;
import io.echonet.dds.cache.ChunkCache;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.ContentUnavailableException;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.InvalidManifestException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.network.NetworkConfig;
import io.echonet.dds.proto.ContentManifest;
import io.echonet.dds.retrieval.RetrievalStatistics.PeerStatistics;
import io.echonet.dds.testing.TestContent;
import io.echonet.dds.testing.TestNetwork;
import io.echonet.dds.testing.TestNode;
import io.echonet.dds.testing.VirtualTime;
import io.echonet.dds.transport.testing.Link;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Retrievals over the in-memory network, in virtual time: what may fail, and what then. */
class RetrieverTest {
  private static final int MIB = 1024 * 1024;

  private final VirtualTime time = new VirtualTime();
  private final TestNetwork network = new TestNetwork(time.scheduler(), time.scheduler());
  private final TestNode asker = network.newNode();

  @AfterEach
  void close() {
    time.until("no stream is left", () -> network.openStreams() == 0);
    assertThat(network.routing().walking()).isZero();
    time.run(network.close());
  }

  private Retriever retriever(RetrievalConfig config) {
    return Retriever.of(
        asker.store(),
        asker.service(),
        asker.discovery(),
        config,
        ChunkCache.of(CacheConfig.NONE, time.scheduler()),
        time.scheduler(),
        time.scheduler(),
        new Random(1));
  }

  private Retrieval open(TestContent content) {
    return time.get(retriever(RetrievalConfig.defaults()).open(content.cid()));
  }

  private byte[] bytes(Retrieval retrieval) {
    return time.get(TestContent.join(retrieval.bytes()));
  }

  private static PeerStatistics of(Retrieval retrieval, TestNode node) {
    return Objects.requireNonNull(retrieval.statistics().peers().get(node.id()));
  }

  /**
   * Wrong in every frame that carries much of a chunk; requests and refusals arrive as they are.
   */
  private static byte[] corrupt(byte[] frame) {
    if (frame.length > 1_000) {
      frame[frame.length - 1] ^= 1;
    }
    return frame;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 262_143, 262_144, 262_145, 524_288, 5_000_000})
  void contentComesBackAsItWas(int size) {
    TestContent content = TestContent.random(size, size);
    content.putInto(network.newNode());
    Retrieval retrieval = open(content);
    assertThat(retrieval.manifest().size()).isEqualTo(size);
    assertThat(bytes(retrieval)).isEqualTo(content.bytes());
    assertThat(retrieval.statistics().bytesDelivered()).isEqualTo(size);
  }

  @Test
  void emptyContentCompletesWithoutABuffer() {
    TestContent content = TestContent.random(1, 0);
    content.putInto(network.newNode());
    assertThat(time.get(open(content).bytes().collectList())).isEmpty();
  }

  @Test
  void whatIsHereIsNotAskedFor() {
    TestContent content = TestContent.random(1, MIB);
    content.putInto(asker);
    Retrieval retrieval = open(content);
    assertThat(bytes(retrieval)).isEqualTo(content.bytes());
    assertThat(retrieval.statistics().peers()).isEmpty();
    assertThat(retrieval.statistics().bytesFromStore()).isEqualTo(MIB);
    assertThat(network.routing().walks()).isEmpty();
  }

  @Test
  void whatIsMissingHereIsFetched() {
    TestContent content = TestContent.random(1, MIB);
    TestNode node = network.newNode();
    content.putInto(node);
    asker.store().put(content.manifest().chunk());
    asker.store().put(content.chunks().get(1));
    Retrieval retrieval = open(content);
    assertThat(bytes(retrieval)).isEqualTo(content.bytes());
    assertThat(retrieval.statistics().bytesFromStore()).isEqualTo(Chunk.MAX_BYTES);
    assertThat(of(retrieval, node).bytesReceived()).isEqualTo(MIB - Chunk.MAX_BYTES);
  }

  @Test
  void whatCannotBeReadHereIsFetched() {
    TestContent content = TestContent.random(1, MIB);
    content.putInto(asker, network.newNode());
    asker.store().setBroken(true);
    assertThat(bytes(open(content))).isEqualTo(content.bytes());
  }

  @Test
  void allHoldersAreUsedSideBySide() {
    TestContent content = TestContent.random(1, 6 * MIB);
    network.links().setDefaultLink(TestNetwork.LINK.withBandwidth(20 * MIB));
    TestNode[] nodes = {network.newNode(), network.newNode(), network.newNode()};
    content.putInto(nodes);
    Retrieval retrieval = open(content);
    assertThat(bytes(retrieval)).isEqualTo(content.bytes());
    for (TestNode node : nodes) {
      assertThat(of(retrieval, node).bytesReceived()).isGreaterThan(MIB);
    }
    assertThat(retrieval.statistics().duplicates()).isZero();
  }

  @Test
  void aPeerThatSendsWrongBytesIsDroppedAndOthersAreAsked() {
    TestContent content = TestContent.random(1, 8 * MIB);
    Link link = TestNetwork.LINK.withBandwidth(20 * MIB);
    network.links().setDefaultLink(link);
    TestNode liar = network.newNode();
    TestNode one = network.newNode();
    TestNode other = network.newNode();
    content.putInto(liar, one, other);
    Retrieval retrieval = open(content);
    network
        .links()
        .setLinkOneWay(liar.host(), asker.host(), link.withCorruption(RetrieverTest::corrupt));
    assertThat(bytes(retrieval)).isEqualTo(content.bytes());
    assertThat(of(retrieval, liar).excluded()).isTrue();
    assertThat(of(retrieval, liar).bytesReceived()).isLessThan(Chunk.MAX_BYTES);
    assertThat(of(retrieval, liar).failures()).isEqualTo(1);
    assertThat(of(retrieval, one).excluded()).isFalse();
  }

  @Test
  void aPeerThatIsKilledOnTheWayIsReplaced() {
    TestContent content = TestContent.random(1, 8 * MIB);
    TestNode doomed = network.newNode();
    TestNode other = network.newNode();
    content.putInto(doomed, other);
    network.links().setDefaultLink(TestNetwork.LINK.withBandwidth(4 * MIB));
    Retrieval retrieval = open(content);
    CompletableFuture<byte[]> all = TestContent.join(retrieval.bytes()).toFuture();
    time.until("half is here", () -> retrieval.statistics().bytesDelivered() >= 4 * MIB);
    network.links().kill(doomed.host());
    time.until("all is here", all::isDone);
    assertThat(all.join()).isEqualTo(content.bytes());
    assertThat(of(retrieval, doomed).failures()).isPositive();
  }

  @Test
  void aPeerThatFallsSilentCostsAPauseAtMost() {
    TestContent content = TestContent.random(1, 8 * MIB);
    TestNode silent = network.newNode();
    TestNode other = network.newNode();
    content.putInto(silent, other);
    network.links().setDefaultLink(TestNetwork.LINK.withBandwidth(4 * MIB));
    Retrieval retrieval = open(content);
    CompletableFuture<byte[]> all = TestContent.join(retrieval.bytes()).toFuture();
    time.until("some is here", () -> retrieval.statistics().bytesDelivered() >= 2 * MIB);
    network.links().partition(silent.host(), asker.host());
    Duration passed = time.until("all is here", all::isDone);
    assertThat(all.join()).isEqualTo(content.bytes());
    assertThat(passed).isLessThan(Duration.ofSeconds(6));
  }

  @Test
  void aBusyPeerIsAskedAgain() {
    TestContent content = TestContent.random(1, 4 * MIB);
    TestNode busy = network.newNode(NetworkConfig.defaults().withMaxInboundRequests(10, 1));
    content.putInto(busy);
    network.links().setDefaultLink(TestNetwork.LINK.withDelay(Duration.ofMillis(5)));
    Retrieval retrieval = open(content);
    assertThat(bytes(retrieval)).isEqualTo(content.bytes());
    assertThat(of(retrieval, busy).failures()).isPositive();
  }

  @Test
  void peersThatHaveAPartEachMakeUpTheWhole() {
    TestContent content = TestContent.random(1, 4 * MIB);
    TestNode even = network.newNode();
    TestNode odd = network.newNode();
    content.putInto(even, odd);
    for (int i = 0; i < content.chunks().size(); i++) {
      time.run((i % 2 == 0 ? odd : even).store().delete(content.chunks().get(i).cid()));
    }
    assertThat(bytes(open(content))).isEqualTo(content.bytes());
  }

  @Test
  void aHolderOfOneChunkAloneIsFoundByIt() {
    TestContent content = TestContent.random(1, 2 * MIB);
    TestNode most = network.newNode();
    TestNode rest = network.newNode();
    content.putInto(most);
    Chunk missing = content.chunks().get(5);
    time.run(most.store().delete(missing.cid()));
    rest.store().put(missing);
    rest.claim(missing.cid());
    Retrieval retrieval = open(content);
    assertThat(bytes(retrieval)).isEqualTo(content.bytes());
    assertThat(of(retrieval, rest).bytesReceived()).isEqualTo(Chunk.MAX_BYTES);
  }

  @Test
  void whoJoinsLateIsUsedAtOnce() {
    TestContent content = TestContent.random(1, 16 * MIB);
    TestNode first = network.newNode();
    content.putInto(first);
    network.links().setDefaultLink(TestNetwork.LINK.withBandwidth(MIB));
    Retrieval retrieval = open(content);
    CompletableFuture<byte[]> all = TestContent.join(retrieval.bytes()).toFuture();
    time.until("some is here", () -> retrieval.statistics().bytesDelivered() >= MIB);
    TestNode late = network.newNode();
    content.putInto(late);
    time.until("all is here", all::isDone);
    assertThat(all.join()).isEqualTo(content.bytes());
    assertThat(of(retrieval, late).bytesReceived()).isGreaterThan(3 * MIB);
  }

  @Test
  void whereAllVanishItGoesOnOnceOneAppears() {
    TestContent content = TestContent.random(1, 8 * MIB);
    TestNode doomed = network.newNode();
    content.putInto(doomed);
    network.links().setDefaultLink(TestNetwork.LINK.withBandwidth(2 * MIB));
    Retrieval retrieval = open(content);
    CompletableFuture<byte[]> all = TestContent.join(retrieval.bytes()).toFuture();
    time.until("some is here", () -> retrieval.statistics().bytesDelivered() >= 2 * MIB);
    network.links().kill(doomed.host());
    time.pass(Duration.ofSeconds(25));
    assertThat(all).isNotDone();
    content.putInto(network.newNode());
    time.until("all is here", all::isDone);
    assertThat(all.join()).isEqualTo(content.bytes());
  }

  @Test
  void walksDoNotGrowWithTheChunks() {
    TestContent content = TestContent.random(1, 24 * MIB);
    content.putInto(network.newNode(), network.newNode(), network.newNode(), network.newNode());
    bytes(open(content));
    assertThat(network.routing().walks()).hasSizeLessThan(10);
  }

  @Test
  void aManifestThatNobodyHoldsIsNotFoundAfterTheTimeout() {
    Cid cid = TestContent.random(1, 1).cid();
    long start = time.nanos();
    assertThat(time.error(retriever(RetrievalConfig.defaults()).open(cid)))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContaining(cid.toString())
        .hasMessageContaining("within 30 s");
    assertThat(Duration.ofNanos(time.nanos() - start).toMillis()).isBetween(30_000L, 30_200L);
    assertThat(network.routing().walks()).hasSizeGreaterThan(5);
  }

  @Test
  void aManifestThatAppearsInTimeIsFound() {
    TestContent content = TestContent.random(1, MIB);
    CompletableFuture<Retrieval> opening =
        retriever(RetrievalConfig.defaults()).open(content.cid()).toFuture();
    time.pass(Duration.ofSeconds(20));
    content.putInto(network.newNode());
    time.until("it is found", opening::isDone);
    assertThat(bytes(opening.join())).isEqualTo(content.bytes());
  }

  @Test
  void aManifestWhoseHolderIsGoneIsUnavailable() {
    TestContent content = TestContent.random(1, MIB);
    TestNode gone = network.newNode();
    content.putInto(gone);
    network.links().kill(gone.host());
    assertThat(time.error(retriever(RetrievalConfig.defaults()).open(content.cid())))
        .isInstanceOf(ContentUnavailableException.class)
        .hasMessageContaining(content.cid().toString())
        .hasMessageContaining(gone.id().toString());
  }

  @Test
  void aManifestThatItsProvidersDoNotHoldIsNotFound() {
    TestContent content = TestContent.random(1, MIB);
    network.newNode().claim(content.cid());
    assertThat(time.error(retriever(RetrievalConfig.defaults()).open(content.cid())))
        .isInstanceOf(ContentNotFoundException.class);
  }

  @Test
  void aManifestThatIsOnlyOfferedWrongIsAnIntegrityError() {
    TestContent content = TestContent.random(1, 8 * MIB);
    TestNode liar = network.newNode();
    content.putInto(liar);
    network
        .links()
        .setLinkOneWay(
            liar.host(), asker.host(), TestNetwork.LINK.withCorruption(RetrieverTest::corrupt));
    assertThat(time.error(retriever(RetrievalConfig.defaults()).open(content.cid())))
        .isInstanceOf(IntegrityException.class)
        .isNotInstanceOf(InvalidManifestException.class);
  }

  @Test
  void aManifestIsAskedOfAnotherWhereTheFirstIsSilent() {
    TestContent content = TestContent.random(1, MIB);
    TestNode one = network.newNode();
    TestNode other = network.newNode();
    content.putInto(one, other);
    one.store().setGate(Mono.never());
    assertThat(bytes(open(content))).isEqualTo(content.bytes());
  }

  @Test
  void noChunkOfAManifestThatBreaksARuleIsAskedFor() {
    TestContent content = TestContent.random(1, MIB);
    ContentManifest twoOfFour =
        ContentManifest.newBuilder()
            .addChunkCids(content.chunks().get(0).cid().toString())
            .addChunkCids(content.chunks().get(1).cid().toString())
            .setOriginalContentSha256(ByteString.copyFrom(content.manifest().contentSha256()))
            .setOriginalContentSizeBytes(MIB)
            .build();
    Chunk invalid = Chunk.of(twoOfFour.toByteArray());
    TestNode node = network.newNode();
    content.putInto(node);
    node.store().put(invalid);
    node.claim(invalid.cid());
    assertThat(time.error(retriever(RetrievalConfig.defaults()).open(invalid.cid())))
        .isInstanceOf(InvalidManifestException.class);
    time.pass(Duration.ofSeconds(5));
    assertThat(node.store().reads()).isEqualTo(1);
  }

  @Test
  void theLastBufferIsHeldBackWhereTheWholeIsWrong() {
    TestContent content = TestContent.random(1, MIB);
    byte[] other = content.bytes().clone();
    other[5] ^= 1;
    Manifest wrong = TestContent.manifest(content.chunks(), other);
    TestNode node = network.newNode();
    content.putInto(node);
    node.store().put(wrong.chunk());
    node.claim(wrong.cid());
    Retrieval retrieval = time.get(retriever(RetrievalConfig.defaults()).open(wrong.cid()));
    List<ByteBuffer> seen = new ArrayList<>();
    assertThat(time.error(retrieval.bytes().doOnNext(seen::add).then()))
        .isInstanceOf(IntegrityException.class);
    assertThat(seen).hasSize(3);
  }

  @Test
  void aChunkThatIsNotOfItsLengthIsAnIntegrityError() {
    TestContent content = TestContent.random(1, 4 * Chunk.MAX_BYTES);
    List<Chunk> chunks = new ArrayList<>(content.chunks());
    Chunk shorter = Chunk.of(new byte[1_000]);
    chunks.set(1, shorter);
    Manifest wrong = TestContent.manifest(chunks, content.bytes());
    TestNode node = network.newNode();
    content.putInto(node);
    node.store().put(shorter);
    node.store().put(wrong.chunk());
    node.claim(wrong.cid());
    Retrieval retrieval = time.get(retriever(RetrievalConfig.defaults()).open(wrong.cid()));
    assertThat(time.error(retrieval.bytes().then()))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("1000 bytes");
    assertThat(of(retrieval, node).excluded()).isFalse();
  }

  @Test
  void chunksThatNobodyHoldsAreNotFoundAfterTheTimeout() {
    TestContent content = TestContent.random(1, MIB);
    TestNode node = network.newNode();
    content.putInto(node);
    Retrieval retrieval = open(content);
    time.run(node.store().delete(content.chunks().get(3).cid()));
    assertThat(time.error(retrieval.bytes().then()))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContaining(content.chunks().get(3).cid().toString());
  }

  @Test
  void holdersThatVanishAreUnavailableAfterTheTimeout() {
    TestContent content = TestContent.random(1, 8 * MIB);
    TestNode doomed = network.newNode();
    content.putInto(doomed);
    network.links().setDefaultLink(TestNetwork.LINK.withBandwidth(2 * MIB));
    Retrieval retrieval = open(content);
    CompletableFuture<byte[]> all = TestContent.join(retrieval.bytes()).toFuture();
    time.until("some is here", () -> retrieval.statistics().bytesDelivered() >= 2 * MIB);
    network.links().kill(doomed.host());
    Duration passed = time.until("the end", all::isDone);
    assertThat(passed.toMillis()).isBetween(29_000L, 31_000L);
    assertThat(all.handle((value, error) -> error).join())
        .isInstanceOf(ContentUnavailableException.class);
  }

  @Test
  void chunksThatAreOnlyOfferedWrongAreAnIntegrityError() {
    TestContent content = TestContent.random(1, 2 * MIB);
    TestNode liar = network.newNode();
    content.putInto(liar);
    Retrieval retrieval = open(content);
    network
        .links()
        .setLinkOneWay(
            liar.host(), asker.host(), TestNetwork.LINK.withCorruption(RetrieverTest::corrupt));
    assertThat(time.error(retrieval.bytes().then())).isInstanceOf(IntegrityException.class);
  }

  @Test
  void aConsumerThatStopsStopsTheWindow() {
    TestContent content = TestContent.random(1, 12 * MIB);
    TestNode node = network.newNode();
    content.putInto(node);
    RetrievalConfig config = RetrievalConfig.defaults().withWindowBytes(16 * Chunk.MAX_BYTES);
    Retrieval retrieval = time.get(retriever(config).open(content.cid()));
    int before = node.store().reads();
    AtomicLong seen = new AtomicLong();
    BaseSubscriber<ByteBuffer> consumer = consumer(seen);
    retrieval.bytes().subscribe(consumer);
    time.pass(Duration.ofSeconds(5));
    assertThat(node.store().reads() - before).isLessThanOrEqualTo(16);
    consumer.request(10);
    // Far longer than the timeout: a consumer that takes its time is no fault of the peers.
    time.pass(Duration.ofMinutes(2));
    assertThat(seen).hasValue(10);
    assertThat(node.store().reads() - before).isBetween(10, 26);
    consumer.request(Long.MAX_VALUE);
    time.until("the end", consumer::isDisposed);
    assertThat(seen).hasValue(48);
  }

  private static BaseSubscriber<ByteBuffer> consumer(AtomicLong seen) {
    return new BaseSubscriber<>() {
      @Override
      protected void hookOnSubscribe(Subscription subscription) {
        // Asks for nothing by itself.
      }

      @Override
      protected void hookOnNext(ByteBuffer value) {
        seen.incrementAndGet();
      }
    };
  }

  @Test
  void theWindowIsBoundedInBytesToo() {
    TestContent content = TestContent.random(1, 8 * MIB);
    TestNode node = network.newNode();
    content.putInto(node);
    RetrievalConfig narrow = RetrievalConfig.defaults().withWindowBytes(3 * Chunk.MAX_BYTES + 5);
    Retrieval retrieval = time.get(retriever(narrow).open(content.cid()));
    int before = node.store().reads();
    BaseSubscriber<ByteBuffer> consumer = consumer(new AtomicLong());
    retrieval.bytes().subscribe(consumer);
    time.pass(Duration.ofSeconds(5));
    assertThat(node.store().reads() - before).isEqualTo(3);
    consumer.cancel();
  }

  @Test
  void demandOfOneIsEnough() {
    TestContent content = TestContent.random(1, 3 * Chunk.MAX_BYTES + 7);
    content.putInto(network.newNode());
    Retrieval retrieval = open(content);
    StepVerifier.Step<ByteBuffer> step =
        StepVerifier.create(retrieval.bytes(), 0).expectSubscription();
    for (Chunk chunk : content.chunks()) {
      step =
          step.thenRequest(1)
              .then(() -> time.pass(Duration.ofMillis(10)))
              .assertNext(buffer -> assertThat(buffer).isEqualTo(chunk.data()));
    }
    step.verifyComplete();
  }

  @Test
  void buffersAreReadOnly() {
    TestContent content = TestContent.random(1, 10);
    content.putInto(asker);
    assertThat(time.get(open(content).bytes().next()).isReadOnly()).isTrue();
  }

  @Test
  void severalMayReadAtOnce() {
    TestContent content = TestContent.random(1, 3 * MIB);
    TestNode node = network.newNode();
    content.putInto(node);
    Retrieval retrieval = open(content);
    CompletableFuture<byte[]> one = TestContent.join(retrieval.bytes()).toFuture();
    time.pass(Duration.ofMillis(5));
    CompletableFuture<byte[]> other = TestContent.join(retrieval.bytes()).toFuture();
    time.until("both are done", () -> one.isDone() && other.isDone());
    assertThat(one.join()).isEqualTo(content.bytes());
    assertThat(other.join()).isEqualTo(content.bytes());
    assertThat(of(retrieval, node).bytesReceived())
        .isEqualTo(6 * MIB + content.manifest().chunk().size());
    assertThat(of(retrieval, node).outstanding()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 35, 60, 150, 400, 900, 2_000, 3_500})
  void cancellingAtAnyTimeLeavesNothing(int millis) {
    TestContent content = TestContent.random(1, 5 * MIB);
    TestNode node = network.newNode();
    content.putInto(node, network.newNode());
    network
        .links()
        .setDefaultLink(TestNetwork.LINK.withBandwidth(MIB / 2).withDelay(Duration.ofMillis(15)));
    CompletableFuture<byte[]> all =
        retriever(RetrievalConfig.defaults())
            .open(content.cid())
            .flatMap(retrieval -> TestContent.join(retrieval.bytes()))
            .toFuture();
    time.pass(Duration.ofMillis(millis));
    assertThat(all.cancel(true)).isTrue();
    time.pass(Duration.ofMillis(100));
    assertThat(asker.openStreams()).isZero();
    assertThat(network.routing().walking()).isZero();
    int reads = node.store().reads();
    time.pass(Duration.ofSeconds(10));
    assertThat(node.store().reads()).isEqualTo(reads);
  }

  @Test
  void theConsumersErrorIsItsOwn() {
    TestContent content = TestContent.random(1, 4 * MIB);
    content.putInto(network.newNode());
    CompletableFuture<Void> done =
        open(content)
            .bytes()
            .doOnNext(
                buffer -> {
                  throw new IllegalStateException("on purpose");
                })
            .then()
            .toFuture();
    time.until("the end", done::isDone);
    assertThat(done)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOf(IllegalStateException.class);
  }
}
