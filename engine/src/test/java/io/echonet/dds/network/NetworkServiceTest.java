package io.echonet.dds.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.InvalidManifestException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.discovery.DiscoveryConfig;
import io.echonet.dds.testing.FakeRouting;
import io.echonet.dds.testing.HeapStore;
import io.echonet.dds.testing.VirtualTime;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.echonet.dds.transport.testing.Link;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What one node asks another for, over the in-memory network and in virtual time. */
class NetworkServiceTest {
  private final VirtualTime time = new VirtualTime();
  private final InMemoryNetwork network = InMemoryNetwork.create(time.scheduler(), 1);
  private final Host asker = network.newHost();
  private final Host server = network.newHost();
  private final HeapStore store = new HeapStore(time.scheduler());
  private final FakeRouting routing = new FakeRouting(time.scheduler(), Duration.ofMillis(1));
  private final Discovery discovery =
      Discovery.start(
          routing.join(server),
          server.peerStore(),
          store,
          DiscoveryConfig.defaults(),
          time.scheduler());
  private final List<Cid> instructed = new ArrayList<>();
  private final Chunk chunk = Chunk.of(Wire.random(1, Chunk.MAX_BYTES));
  private NetworkService service = service(asker, NetworkConfig.defaults());
  private Disposable serving = serve(NetworkConfig.defaults(), StorePolicy.ACCEPT_ALL);

  private NetworkService service(Host host, NetworkConfig config) {
    return NetworkService.of(host, config, time.scheduler(), time.scheduler());
  }

  private Disposable serve(NetworkConfig config, StorePolicy policy) {
    return service(server, config).serve(store, discovery, policy, this::instruct);
  }

  private boolean instruct(PeerId requester, Cid cid, Optional<PeerId> source) {
    return requester.equals(asker.id()) && instructed.size() < 2 && instructed.add(cid);
  }

  @BeforeEach
  void introduce() {
    InMemoryNetwork.introduce(asker, server);
  }

  @AfterEach
  void close() {
    time.run(discovery.close());
    time.run(network.close());
  }

  private Fault fault(Throwable error) {
    assertThat(error).isInstanceOf(ExchangeException.class);
    return ((ExchangeException) error).fault();
  }

  private void assertStreamsEnd() {
    time.until(
        "every stream has ended",
        () ->
            asker.connections().stream().allMatch(connection -> openOf(connection) == 0)
                && server.connections().stream().allMatch(connection -> openOf(connection) == 0));
  }

  private static int openOf(Connection connection) {
    return connection.openStreams();
  }

  @Test
  void aStoredChunkCanBeRetrieved() {
    time.run(service.storeChunk(server.id(), chunk));
    assertThat(store.cids()).containsExactly(chunk.cid());
    Chunk retrieved = time.get(service.retrieveChunk(server.id(), chunk.cid()));
    assertThat(retrieved).isNotNull();
    assertThat(retrieved.data()).isEqualTo(chunk.data());
    assertStreamsEnd();
  }

  @Test
  void aStoredChunkIsAnnounced() {
    time.run(service.storeChunk(server.id(), chunk));
    time.until("announced", () -> routing.providers(chunk.cid().multihash()).contains(server.id()));
  }

  @Test
  void anEmptyChunkAndALongManifestTravelToo() {
    Chunk empty = Chunk.of(new byte[0]);
    Manifest manifest = FramesTest.longManifest(91_000);
    assertThat(manifest.chunk().size()).isGreaterThan(4_000_000);
    time.run(service.storeChunk(server.id(), empty));
    time.run(service.storeChunk(server.id(), manifest.chunk()));
    Chunk gotEmpty = time.get(service.retrieveChunk(server.id(), empty.cid()));
    Chunk gotManifest = time.get(service.retrieveManifest(server.id(), manifest.cid()));
    assertThat(gotEmpty).isNotNull().extracting(Chunk::size).isEqualTo(0);
    assertThat(gotManifest).isNotNull();
    assertThat(gotManifest.data()).isEqualTo(manifest.chunk().data());
  }

  @Test
  void aChunkThatIsNotHeldIsNotFound() {
    Throwable error = time.error(service.retrieveChunk(server.id(), chunk.cid()));
    assertThat(fault(error)).isEqualTo(Fault.NOT_HELD);
    assertThat(error)
        .hasMessageContaining(chunk.cid().toString())
        .hasMessageContaining("NOT_FOUND")
        .hasMessageContaining(server.id().toString());
  }

  @Test
  void aManifestAskedForAsAChunkIsRefusedByItsLength() {
    Manifest manifest = FramesTest.longManifest(8_000);
    store.put(manifest.chunk());
    Throwable error = time.error(service.retrieveChunk(server.id(), manifest.cid()));
    assertThat(fault(error)).isEqualTo(Fault.MISBEHAVED);
    assertThat(error).hasMessageContaining("exceeds 263168");
    assertStreamsEnd();
  }

  @Test
  void aFullStoreDeclines() {
    store.setRoom(0);
    Throwable error = time.error(service.storeChunk(server.id(), chunk));
    assertThat(fault(error)).isEqualTo(Fault.DECLINED);
    assertThat(error).hasMessageContaining("STORAGE_FULL");
  }

  @Test
  void aLightNodeDeclinesToStoreAndStillServes() {
    serving.dispose();
    serving = serve(NetworkConfig.defaults(), StorePolicy.REFUSE_ALL);
    Throwable error = time.error(service.storeChunk(server.id(), chunk));
    assertThat(fault(error)).isEqualTo(Fault.DECLINED);
    assertThat(error).hasMessageContaining("REFUSED");
    assertThat(store.cids()).isEmpty();
    store.put(chunk);
    assertThat(time.get(service.retrieveChunk(server.id(), chunk.cid()))).isNotNull();
  }

  @Test
  void aBrokenStoreIsAnInternalErrorThatTellsNothingOfThisMachine() {
    store.setBroken(true);
    Throwable error = time.error(service.retrieveChunk(server.id(), chunk.cid()));
    assertThat(fault(error)).isEqualTo(Fault.FAILED);
    assertThat(error).hasMessageContaining("INTERNAL").hasMessageNotContaining("path");
  }

  @Test
  void aHostWithoutTheProtocolDeclines() {
    Host stranger = network.newHost();
    InMemoryNetwork.introduce(asker, stranger);
    assertThat(fault(time.error(service.storeChunk(stranger.id(), chunk))))
        .isEqualTo(Fault.DECLINED);
  }

  @Test
  void aHostThatCannotBeReachedFails() {
    Host gone = network.newHost();
    InMemoryNetwork.introduce(asker, gone);
    network.kill(gone);
    assertThat(fault(time.error(service.storeChunk(gone.id(), chunk)))).isEqualTo(Fault.FAILED);
  }

  @Test
  void providersNameTheAnswererWhereItHoldsTheChunk() {
    Host third = network.newHost();
    routing.put(chunk.cid().multihash(), third);
    assertThat(time.get(service.findProviders(server.id(), chunk.cid())))
        .containsExactly(third.id());
    store.put(chunk);
    assertThat(time.get(service.findProviders(server.id(), chunk.cid())))
        .containsExactly(server.id(), third.id());
  }

  @Test
  void providersThatTakeLongToFindAreAnsweredAsFarAsTheyAreKnown() {
    store.put(chunk);
    FakeRouting slow = new FakeRouting(time.scheduler(), Duration.ofMinutes(5));
    serving.dispose();
    Discovery slowDiscovery =
        Discovery.start(
            slow.join(server),
            server.peerStore(),
            store,
            DiscoveryConfig.defaults().withAnnounceAtStart(false),
            time.scheduler());
    serving =
        service(server, NetworkConfig.defaults())
            .serve(store, slowDiscovery, StorePolicy.ACCEPT_ALL, this::instruct);
    assertThat(time.get(service.findProviders(server.id(), chunk.cid())))
        .containsExactly(server.id());
    time.run(slowDiscovery.close());
  }

  @Test
  void instructionsAreAcceptedWhileThereIsRoom() {
    List<Chunk> chunks = List.of(chunk(1), chunk(2), chunk(3));
    time.run(service.replicate(server.id(), chunks.get(0).cid(), Optional.of(asker.id())));
    time.run(service.replicate(server.id(), chunks.get(1).cid(), Optional.empty()));
    assertThat(fault(time.error(service.replicate(server.id(), chunk.cid(), Optional.empty()))))
        .isEqualTo(Fault.BUSY);
    assertThat(instructed).containsExactly(chunks.get(0).cid(), chunks.get(1).cid());
  }

  @Test
  void whatIsHeldNeedNotBeFetched() {
    store.put(chunk);
    time.run(service.replicate(server.id(), chunk.cid(), Optional.empty()));
    assertThat(instructed).isEmpty();
  }

  @Test
  void whatHasRottenIsFetchedAnew() {
    store.put(chunk);
    store.rot(chunk.cid());
    time.run(service.replicate(server.id(), chunk.cid(), Optional.empty()));
    assertThat(instructed).containsExactly(chunk.cid());
  }

  @Test
  void onlyAHolderCanProve() {
    store.put(chunk);
    assertThat(time.get(service.prove(server.id(), chunk))).isTrue();
    assertThat(fault(time.error(service.prove(server.id(), chunk(1))))).isEqualTo(Fault.NOT_HELD);
  }

  @Test
  void requestsBeyondTheLimitOfOnePeerAreBusy() {
    serving.dispose();
    serving = serve(NetworkConfig.defaults().withMaxInboundRequests(10, 1), StorePolicy.ACCEPT_ALL);
    store.put(chunk);
    Sinks.Empty<Void> gate = Sinks.empty();
    store.setGate(gate.asMono());
    var first = service.retrieveChunk(server.id(), chunk.cid()).toFuture();
    time.pass(Duration.ofMillis(100));
    assertThat(fault(time.error(service.storeChunk(server.id(), chunk(2))))).isEqualTo(Fault.BUSY);
    assertThat(fault(time.error(service.retrieveChunk(server.id(), chunk.cid()))))
        .isEqualTo(Fault.BUSY);
    gate.tryEmitEmpty();
    time.until("the first is answered", first::isDone);
    assertThat(first.join().cid()).isEqualTo(chunk.cid());
    assertThat(time.get(service.retrieveChunk(server.id(), chunk.cid()))).isNotNull();
  }

  @Test
  void storesBeyondTheMemoryForThemAreBusy() {
    serving.dispose();
    long room = NetworkConfig.MAX_MESSAGE_BYTES;
    serving = serve(NetworkConfig.defaults().withMaxBytes(room, room), StorePolicy.ACCEPT_ALL);
    Sinks.Empty<Void> gate = Sinks.empty();
    store.setGate(gate.asMono());
    List<CompletableFuture<Void>> stores = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      stores.add(service.storeChunk(server.id(), chunk(i)).toFuture());
    }
    time.pass(Duration.ofSeconds(1));
    // 16 of 262,144 bytes and their envelopes fit into 4 MiB + 1 KiB.
    assertThat(stores.stream().filter(f -> f.isCompletedExceptionally()).count()).isEqualTo(4);
    gate.tryEmitEmpty();
    time.until("all are answered", () -> stores.stream().allMatch(future -> future.isDone()));
    assertThat(store.cids()).hasSize(16);
    time.run(service.storeChunk(server.id(), chunk(30)));
  }

  @Test
  void responsesBeyondTheMemoryForThemAreBusy() {
    serving.dispose();
    long room = NetworkConfig.MAX_MESSAGE_BYTES;
    NetworkConfig narrow =
        NetworkConfig.defaults().withMaxBytes(room, room).withChunksSentAtOnce(20);
    serving = serve(narrow, StorePolicy.ACCEPT_ALL);
    store.put(chunk);
    Sinks.Empty<Void> gate = Sinks.empty();
    store.setGate(gate.asMono());
    List<CompletableFuture<Chunk>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(service.retrieveChunk(server.id(), chunk.cid()).toFuture());
    }
    time.pass(Duration.ofSeconds(1));
    // There is room for sixteen; one peer may have as much of it as it leaves to others.
    assertThat(asked.stream().filter(f -> f.isCompletedExceptionally()).count()).isEqualTo(12);
    gate.tryEmitEmpty();
    time.until("all are answered", () -> asked.stream().allMatch(future -> future.isDone()));
    assertThat(time.get(service.retrieveChunk(server.id(), chunk.cid()))).isNotNull();
  }

  @Test
  void aServerThatSaysNothingIsGivenUpWithoutProgress() {
    store.setGate(Mono.never());
    long start = time.nanos();
    Throwable error = time.error(service.retrieveChunk(server.id(), chunk.cid()));
    assertThat(fault(error)).isEqualTo(Fault.FAILED);
    assertThat(Duration.ofNanos(time.nanos() - start).toMillis()).isBetween(10_000L, 10_100L);
    assertStreamsEnd();
  }

  @Test
  void aPeerThatVanishesIsGivenUp() {
    network.partition(asker, server);
    Throwable error = time.error(service.retrieveChunk(server.id(), chunk.cid()));
    assertThat(fault(error)).isEqualTo(Fault.FAILED);
  }

  @Test
  void anExchangeThatDripsEndsAfterItsWholeTime() {
    store.put(chunk);
    time.run(service.retrieveChunk(server.id(), chunk.cid()));
    network.setLink(asker, server, Link.PERFECT.withBandwidth(5_000));
    long start = time.nanos();
    Throwable error = time.error(service.retrieveChunk(server.id(), chunk.cid()));
    assertThat(fault(error)).isEqualTo(Fault.FAILED);
    assertThat(error).hasMessageContaining("PT30S");
    assertThat(Duration.ofNanos(time.nanos() - start).toMillis()).isBetween(30_000L, 30_100L);
    assertStreamsEnd();
  }

  @Test
  void cancellingResetsTheStream() {
    store.setGate(Mono.never());
    Disposable asking = service.retrieveChunk(server.id(), chunk.cid()).subscribe();
    time.until(
        "the stream is open", () -> server.connections().stream().anyMatch(c -> openOf(c) > 0));
    asking.dispose();
    assertStreamsEnd();
  }

  @Test
  void cancellingWhileConnectingLeavesNothing() {
    network.setDefaultLink(Link.PERFECT.withDelay(Duration.ofMillis(200)));
    Disposable asking = service.retrieveChunk(server.id(), chunk.cid()).subscribe();
    time.pass(Duration.ofMillis(50));
    asking.dispose();
    time.pass(Duration.ofSeconds(5));
    assertStreamsEnd();
  }

  @Test
  void aSecondServiceOnTheSameHostIsRefused() {
    assertThatThrownBy(() -> serve(NetworkConfig.defaults(), StorePolicy.ACCEPT_ALL))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void longBytesThatAreNoManifestAreInvalidWhoeverSendsThem() {
    // A store that holds such bytes is wrong; only a raw answer can show what becomes of them.
    byte[] bytes = Wire.random(5, Chunk.MAX_BYTES + 10);
    serving.dispose();
    server.handle(NetworkService.PROTOCOL, stream -> RawPeer.answerChunk(stream, bytes));
    Cid cid = Cid.hash(ByteBuffer.wrap(bytes));
    assertThat(time.error(service.retrieveManifest(server.id(), cid)))
        .isInstanceOf(InvalidManifestException.class);
    assertThat(fault(time.error(service.retrieveChunk(server.id(), cid))))
        .isEqualTo(Fault.MISBEHAVED);
  }

  private static Chunk chunk(int seed) {
    return Chunk.of(Wire.random(100 + seed, Chunk.MAX_BYTES));
  }
}
