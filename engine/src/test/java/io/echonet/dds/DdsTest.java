package io.echonet.dds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.cache.CacheConfig;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.TooFewCopiesException;
import io.echonet.dds.keeping.Root;
import io.echonet.dds.keeping.RootKind;
import io.echonet.dds.keeping.ScrubPosition;
import io.echonet.dds.network.NetworkConfig;
import io.echonet.dds.replication.ReplicationResult;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.testing.FakeRouting;
import io.echonet.dds.testing.TestContent;
import io.echonet.dds.testing.VirtualTime;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.echonet.dds.transport.testing.Link;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whole nodes over the in-memory network, in virtual time. */
class DdsTest {
  private static final int MIB = 1024 * 1024;
  private static final PublishOptions ALONE = PublishOptions.defaults().withReplication(1);

  private final VirtualTime time = new VirtualTime();
  private final InMemoryNetwork network = InMemoryNetwork.create(time.scheduler(), 1);
  private final FakeRouting routing = new FakeRouting(time.scheduler(), Duration.ofMillis(20));
  private final List<TestDds> nodes = new ArrayList<>();
  private final TestDds publisher = node();

  DdsTest() {
    network.setDefaultLink(Link.PERFECT.withMaxFrameBytes(65_536));
  }

  @AfterEach
  void close() {
    time.until(
        "no stream is left",
        () ->
            nodes.stream()
                    .flatMap(node -> node.host().connections().stream())
                    .mapToInt(connection -> connection.openStreams())
                    .sum()
                == 0);
    nodes.forEach(node -> time.run(node.dds().close()));
    time.run(network.close());
  }

  private TestDds node() {
    return node(DdsConfig.defaults());
  }

  private TestDds node(DdsConfig config) {
    TestDds node = new TestDds(network, routing, config, time.scheduler(), time.scheduler());
    nodes.add(node);
    return node;
  }

  private static TestContent content() {
    return TestContent.random(1, 2 * MIB + 77);
  }

  private static Flux<ByteBuffer> cut(TestContent content) {
    byte[] bytes = content.bytes();
    int step = 100_000;
    return Flux.range(0, (bytes.length + step - 1) / step)
        .map(i -> ByteBuffer.wrap(bytes, i * step, Math.min(step, bytes.length - i * step)));
  }

  private Published publish(TestContent content, PublishOptions options) {
    return time.get(publisher.dds().publish(cut(content), options));
  }

  private Set<PeerId> holders(Cid cid) {
    return routing.providers(cid.multihash());
  }

  private static List<Cid> all(Published published) {
    List<Cid> cids = new ArrayList<>(published.manifest().chunkCids());
    cids.add(published.cid());
    return cids;
  }

  @Test
  void whatOnePublishesAnotherRetrieves() {
    TestContent content = content();
    Published published = publish(content, ALONE);
    assertThat(published.cid()).isEqualTo(content.cid());
    assertThat(published.copies()).isEqualTo(1);
    Content retrieved = time.get(node().dds().retrieve(published.cid()));
    assertThat(retrieved.cid()).isEqualTo(published.cid());
    assertThat(retrieved.size()).isEqualTo(content.bytes().length);
    assertThat(time.get(TestContent.join(retrieved.bytes()))).isEqualTo(content.bytes());
    assertThat(retrieved.statistics().bytesReceived()).isGreaterThan(content.bytes().length);
  }

  @Test
  void retrievingKeepsNothing() {
    Published published = publish(content(), ALONE);
    TestDds other = node();
    time.run(other.dds().retrieve(published.cid()).flatMap(content -> content.bytes().then()));
    assertThat(other.store().cids()).isEmpty();
  }

  @Test
  void whatIsCachedIsServedWhereItIsAnnounced() {
    TestContent content = content();
    Published published = publish(content, ALONE);
    CacheConfig caches = CacheConfig.defaults().withAnnounced(true);
    TestDds sharing = node(DdsConfig.defaults().withCache(caches));
    TestDds silent = node();
    for (TestDds reader : List.of(sharing, silent)) {
      time.run(reader.dds().retrieve(published.cid()).flatMap(each -> each.bytes().then()));
    }
    time.until(
        "the cache is announced",
        () -> all(published).stream().allMatch(cid -> holders(cid).contains(sharing.id())));
    network.kill(publisher.host());

    Content fromTheCache = time.get(node().dds().retrieve(published.cid()));

    assertThat(time.get(TestContent.join(fromTheCache.bytes()))).isEqualTo(content.bytes());
    assertThat(holders(published.cid())).doesNotContain(silent.id());
    assertThat(silent.dds().cache().bytes()).isGreaterThan(content.bytes().length);
  }

  @Test
  void everythingPublishedIsAnnounced() {
    Published published = publish(content(), ALONE);
    time.until(
        "all is announced",
        () ->
            all(published).stream()
                .allMatch(cid -> routing.providers(cid.multihash()).contains(publisher.id())));
    assertThat(time.get(node().dds().providers(published.cid()).collectList()))
        .extracting(PeerInfo::id)
        .containsExactly(publisher.id());
  }

  @Test
  void equalContentHasOneNameUnlessMoreIsRecorded() {
    TestContent content = content();
    Cid plain = publish(content, ALONE).cid();
    assertThat(publish(content, ALONE).cid()).isEqualTo(plain);
    Published named =
        publish(
            content,
            ALONE
                .withFilename("a.txt")
                .withMimeType("text/plain")
                .withTimestamp(Instant.ofEpochSecond(1_700_000_000))
                .withMetadata(Map.of("k", "v")));
    assertThat(named.cid()).isNotEqualTo(plain);
    assertThat(named.manifest().chunkCids()).isEqualTo(content.manifest().chunkCids());
    assertThat(time.get(node().dds().manifest(named.cid())).filename()).hasValue("a.txt");
    assertThat(named.manifest().createdAt()).hasValue(Instant.ofEpochSecond(1_700_000_000));
  }

  @Test
  void optionsThatBreakARuleAreRefusedEagerly() {
    assertThatThrownBy(() -> publisher.dds().publish(Flux.empty(), ALONE.withFilename("../secret")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("../secret");
    assertThatThrownBy(() -> ALONE.withReplication(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void copiesGoToAsManyOthersAsAskedFor() {
    for (int i = 0; i < 4; i++) {
      time.run(publisher.meet(node()));
    }
    Published published = publish(content(), PublishOptions.defaults().withReplication(4));
    assertThat(published.copies()).isEqualTo(4);
    assertThat(published.peers()).doesNotHaveDuplicates().doesNotContain(publisher.id());
    for (TestDds node : nodes.subList(1, nodes.size())) {
      assertThat(node.holdsAll(all(published))).isEqualTo(published.peers().contains(node.id()));
    }
  }

  @Test
  void theDefaultIsTheNetworksTarget() {
    for (int i = 0; i < 8; i++) {
      time.run(publisher.meet(node()));
    }
    assertThat(publish(content(), PublishOptions.defaults()).copies()).isEqualTo(7);
  }

  @Test
  void givenTargetsComeFirst() {
    TestDds given = node();
    for (int i = 0; i < 4; i++) {
      time.run(publisher.meet(node()));
    }
    Published published =
        publish(
            content(),
            PublishOptions.defaults().withReplication(2).withTargets(List.of(given.info())));
    assertThat(published.peers()).containsExactly(given.id());
  }

  @Test
  void nodesThatAreNotConnectedAreFound() {
    node();
    node();
    assertThat(publish(content(), PublishOptions.defaults().withReplication(3)).copies())
        .isEqualTo(3);
  }

  @Test
  void anotherTakesThePlaceOfOneThatFails() {
    TestDds full = node();
    full.store().setRoom(3);
    TestDds light =
        node(DdsConfig.defaults().withNetwork(NetworkConfig.defaults().withAcceptStores(false)));
    TestDds other = node();
    Published published =
        publish(
            content(),
            PublishOptions.defaults()
                .withReplication(2)
                .withTargets(List.of(full.info(), light.info(), other.info())));
    assertThat(published.peers()).containsExactly(other.id());
    assertThat(other.holdsAll(all(published))).isTrue();
    assertThat(full.holds(published.cid())).isFalse();
  }

  @Test
  void anotherTakesThePlaceOfOneThatIsKilledOnTheWay() {
    TestDds doomed = node();
    TestDds other = node();
    network.setDefaultLink(Link.PERFECT.withBandwidth(MIB));
    CompletableFuture<Published> publishing =
        publisher
            .dds()
            .publish(
                cut(content()),
                PublishOptions.defaults()
                    .withReplication(2)
                    .withTargets(List.of(doomed.info(), other.info())))
            .toFuture();
    time.until("some is there", () -> doomed.store().cids().size() >= 4);
    network.kill(doomed.host());
    time.until("it is published", publishing::isDone);
    assertThat(publishing.join().peers()).containsExactly(other.id());
    assertThat(other.holdsAll(all(publishing.join()))).isTrue();
  }

  @Test
  void aBusyNodeIsAskedAgain() {
    TestDds busy =
        node(
            DdsConfig.defaults()
                .withNetwork(NetworkConfig.defaults().withMaxInboundRequests(6, 3)));
    network.setDefaultLink(Link.PERFECT.withBandwidth(4 * MIB));
    assertThat(
            publish(
                    content(),
                    PublishOptions.defaults().withReplication(2).withTargets(List.of(busy.info())))
                .peers())
        .containsExactly(busy.id());
  }

  @Test
  void tooFewCopiesSayHowManyAndTheContentStays() {
    TestDds good = node();
    TestDds full = node();
    full.store().setRoom(0);
    TestContent content = content();
    Throwable error =
        time.error(
            publisher.dds().publish(cut(content), PublishOptions.defaults().withReplication(4)));
    assertThat(error)
        .isInstanceOf(TooFewCopiesException.class)
        .hasMessageContaining("1 of 3")
        .hasMessageContaining("STORAGE_FULL");
    assertThat(((TooFewCopiesException) error).confirmed()).isEqualTo(1);
    assertThat(good.holds(content.cid())).isTrue();
    assertThat(good.store().holdings(content.cid())).containsExactly(Holding.FOR_OTHERS);
    assertThat(publisher.store().holdings(content.cid())).containsExactly(Holding.OWN);
    Content retrieved = time.get(node().dds().retrieve(content.cid()));
    assertThat(time.get(TestContent.join(retrieved.bytes()))).isEqualTo(content.bytes());
  }

  @Test
  void aNodeThatCannotStoreDoesNotPublish() {
    publisher.store().setRoom(3);
    TestDds other = node();
    Throwable error =
        time.error(
            publisher
                .dds()
                .publish(
                    cut(content()),
                    PublishOptions.defaults()
                        .withReplication(2)
                        .withTargets(List.of(other.info()))));
    assertThat(error).isInstanceOf(StorageFullException.class);
    assertThat(other.holds(content().cid())).isFalse();
  }

  @Test
  void thePublishersOwnErrorIsPassedOn() {
    Throwable error =
        time.error(
            publisher
                .dds()
                .publish(
                    cut(content()).concatWith(Mono.error(new IllegalStateException("mine"))),
                    PublishOptions.defaults().withReplication(1)));
    assertThat(error).isInstanceOf(IllegalStateException.class).hasMessage("mine");
  }

  @Test
  void cancellingCancelsTheContent() {
    TestDds other = node();
    network.setDefaultLink(Link.PERFECT.withBandwidth(MIB));
    AtomicBoolean cancelled = new AtomicBoolean();
    CompletableFuture<Published> publishing =
        publisher
            .dds()
            .publish(
                cut(TestContent.random(1, 24 * MIB)).doOnCancel(() -> cancelled.set(true)),
                PublishOptions.defaults().withReplication(2).withTargets(List.of(other.info())))
            .toFuture();
    time.pass(Duration.ofSeconds(1));
    publishing.cancel(true);
    time.pass(Duration.ofSeconds(1));
    assertThat(cancelled).isTrue();
  }

  @Test
  void aSlowNodeSlowsTheContentDown() {
    TestDds slow = node();
    network.setDefaultLink(Link.PERFECT.withBandwidth(MIB));
    AtomicInteger read = new AtomicInteger();
    DdsConfig narrow = DdsConfig.defaults().withPublishWindowChunks(8);
    TestDds reader = node(narrow);
    CompletableFuture<Published> publishing =
        reader
            .dds()
            .publish(
                cut(TestContent.random(1, 16 * MIB)).doOnNext(b -> read.addAndGet(b.remaining())),
                PublishOptions.defaults().withReplication(2).withTargets(List.of(slow.info())))
            .toFuture();
    time.pass(Duration.ofSeconds(2));
    // Two seconds' worth, the window, and what the chunker holds.
    assertThat(read).hasValueLessThan(8 * MIB);
    publishing.cancel(true);
  }

  @Test
  void aStoreThatIsSlowSlowsTheContentDown() {
    publisher.store().setGate(Mono.never());
    AtomicInteger read = new AtomicInteger();
    CompletableFuture<Published> publishing =
        publisher
            .dds()
            .publish(
                Flux.range(0, 1_000)
                    .map(i -> TestContent.random(i, Chunk.MAX_BYTES))
                    .map(content -> ByteBuffer.wrap(content.bytes()))
                    .doOnNext(buffer -> read.incrementAndGet()),
                ALONE)
            .toFuture();
    time.pass(Duration.ofSeconds(1));
    assertThat(read).hasValueBetween(96, 150);
    publishing.cancel(true);
  }

  @Test
  void whatIsPublishedIsKeptAndWhatIsNotPublishedToItsEndIsNot() {
    AtomicInteger taken = new AtomicInteger();
    Flux<ByteBuffer> cutOff =
        cut(content()).doOnNext(part -> taken.incrementAndGet()).concatWith(Mono.never());
    var underWay = publisher.dds().publish(cutOff, ALONE).subscribe();
    time.until("all but the end is there", () -> taken.get() == 21);
    underWay.dispose();
    assertThat(time.get(publisher.dds().keeping().roots())).isEmpty();

    Published published = publish(content(), ALONE);

    assertThat(time.get(publisher.dds().keeping().roots()))
        .containsExactly(new Root(published.cid(), Set.of(RootKind.PUBLISHED)));
  }

  @Test
  void aContentThatIsKeptWithTooFewCopiesIsKeptAllTheSame() {
    assertThatThrownBy(() -> publish(content(), PublishOptions.defaults().withReplication(2)))
        .isInstanceOf(TooFewCopiesException.class);

    assertThat(time.get(publisher.dds().keeping().roots()))
        .extracting(Root::cid)
        .containsExactly(content().cid());
  }

  @Test
  void whatIsPinnedIsFetchedAnnouncedAndKept() {
    Published published = publish(content(), ALONE);
    TestDds other = node();
    time.run(other.dds().keeping().pin(published.cid()).then());

    assertThat(other.holdsAll(all(published))).isTrue();
    assertThat(time.get(other.dds().keeping().roots()))
        .containsExactly(new Root(published.cid(), Set.of(RootKind.PINNED)));
    time.until(
        "the other is known to hold it",
        () ->
            all(published).stream()
                .allMatch(cid -> routing.providers(cid.multihash()).contains(other.id())));
  }

  @Test
  void whatRotsIsFoundAndFetchedFromOthers(@TempDir Path folder) {
    TestDds other = node();
    PublishOptions both =
        PublishOptions.defaults().withReplication(2).withTargets(List.of(other.info()));
    time.run(publisher.meet(other));
    Published published = publish(content(), both);
    List<Cid> rotten = all(published).subList(2, 6);
    rotten.forEach(publisher.store()::rot);

    var scrubbing =
        publisher
            .dds()
            .keeping()
            .scrub(new ScrubPosition(folder.resolve("position"), time.scheduler()))
            .subscribe();
    time.until("all is repaired", () -> publisher.dds().keeping().scrubbed().repaired() == 4);
    scrubbing.dispose();

    assertThat(publisher.dds().keeping().scrubbed().lost()).isZero();
    assertThat(publisher.holdsAll(all(published))).isTrue();
  }

  @Test
  void sameChunksArePushedOnce() {
    TestDds other = node();
    byte[] zeros = new byte[40 * Chunk.MAX_BYTES];
    Published published =
        time.get(
            publisher
                .dds()
                .publish(
                    Mono.just(ByteBuffer.wrap(zeros)),
                    PublishOptions.defaults()
                        .withReplication(2)
                        .withTargets(List.of(other.info()))));
    assertThat(published.manifest().chunkCids()).hasSize(40);
    assertThat(other.store().cids()).hasSize(2);
    Content retrieved = time.get(node().dds().retrieve(published.cid()));
    assertThat(time.get(TestContent.join(retrieved.bytes()))).isEqualTo(zeros);
  }

  @Test
  void emptyContentIsPublishedAndRetrieved() {
    node();
    Published published =
        time.get(
            publisher.dds().publish(Flux.empty(), PublishOptions.defaults().withReplication(2)));
    Content retrieved = time.get(node().dds().retrieve(published.cid()));
    assertThat(retrieved.size()).isZero();
    assertThat(time.get(retrieved.bytes().collectList())).isEmpty();
  }

  @Test
  void aNodeFetchesWhatItIsInstructedTo() {
    Published published = publish(content(), ALONE);
    TestDds target = node();
    Cid chunk = published.manifest().chunkCids().get(2);
    InMemoryNetwork.introduce(publisher.host(), target.host());
    InMemoryNetwork.introduce(target.host(), publisher.host());
    time.run(
        publisher
            .dds()
            .replication()
            .instructReplicate(target.id(), chunk, Optional.of(publisher.id())));
    time.until("it is fetched", () -> target.holds(chunk));
    assertThat(target.store().holdings(chunk)).containsExactly(Holding.FOR_OTHERS);
    time.until("it is announced", () -> routing.providers(chunk.multihash()).contains(target.id()));
  }

  @Test
  void aNodeFetchesWhatItIsInstructedToFromWhoeverHasIt() {
    Published published = publish(content(), ALONE);
    TestDds wrongHint = node();
    TestDds target = node();
    InMemoryNetwork.introduce(publisher.host(), target.host());
    time.until(
        "announced", () -> routing.providers(published.cid().multihash()).contains(publisher.id()));
    time.run(
        publisher
            .dds()
            .replication()
            .instructReplicate(target.id(), published.cid(), Optional.of(wrongHint.id())));
    time.until("it is fetched", () -> target.holds(published.cid()));
  }

  @Test
  void missingCopiesAreMadeUp() {
    Published published = publish(content(), ALONE);
    Cid chunk = published.manifest().chunkCids().get(0);
    time.until("announced", () -> routing.providers(chunk.multihash()).contains(publisher.id()));
    for (int i = 0; i < 5; i++) {
      node();
    }
    DdsConfig three =
        DdsConfig.defaults().withReplication(DdsConfig.defaults().replication().withTarget(3));
    TestDds keeper = node(three);
    keeper.store().put(time.get(publisher.store().retrieve(chunk)));
    TestDds liar = node();
    ReplicationResult result =
        time.get(
            keeper
                .dds()
                .replication()
                .ensureReplication(chunk, List.of(liar.id(), publisher.id())));
    assertThat(result.holders()).containsExactlyInAnyOrder(keeper.id(), publisher.id());
    assertThat(result.instructed()).hasSize(1);
    assertThat(result.isMet()).isTrue();
    time.until(
        "it has been fetched",
        () ->
            nodes.stream()
                .filter(node -> result.instructed().contains(node.id()))
                .allMatch(node -> node.holds(chunk)));
  }

  @Test
  void enoughCopiesAreLeftAlone() {
    for (int i = 0; i < 7; i++) {
      time.run(publisher.meet(node()));
    }
    Published published = publish(content(), PublishOptions.defaults());
    ReplicationResult result =
        time.get(
            publisher.dds().replication().ensureReplication(published.cid(), published.peers()));
    assertThat(result.holders()).hasSize(7);
    assertThat(result.instructed()).isEmpty();
  }

  @Test
  void aNodeWithoutACopyCanMakeUpTheOthers() {
    Published published = publish(content(), ALONE);
    TestDds other = node();
    time.until(
        "announced", () -> routing.providers(published.cid().multihash()).contains(publisher.id()));
    ReplicationResult result =
        time.get(other.dds().replication().ensureReplication(published.cid(), List.of()));
    assertThat(result.holders()).containsExactly(publisher.id());
    assertThat(result.isMet()).isFalse();
  }

  @Test
  void aClosedNodeGivesUpWhatIsUnderWay() {
    Published published = publish(content(), ALONE);
    TestDds other = node();
    network.setDefaultLink(Link.PERFECT.withBandwidth(MIB));
    Content content = time.get(other.dds().retrieve(published.cid()));
    CompletableFuture<byte[]> all = TestContent.join(content.bytes()).toFuture();
    CompletableFuture<Content> opening =
        other.dds().retrieve(TestContent.random(9, 9).cid()).toFuture();
    time.pass(Duration.ofMillis(500));
    time.run(other.dds().close());
    assertThat(all.handle((value, error) -> error).join()).isInstanceOf(DdsException.class);
    assertThat(opening.handle((value, error) -> error).join())
        .isInstanceOf(DdsException.class)
        .hasMessageContaining("closed");
    time.run(other.dds().onClose());
    assertThat(time.error(other.dds().retrieve(published.cid()))).isInstanceOf(DdsException.class);
  }

  @Test
  void twoNodesCannotShareAHost() {
    Host host = publisher.host();
    assertThatThrownBy(
            () ->
                Dds.start(
                    host,
                    routing.join(host),
                    routing.join(host),
                    publisher.store(),
                    DdsConfig.defaults()))
        .isInstanceOf(IllegalStateException.class);
  }
}
