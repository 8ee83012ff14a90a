package io.echonet.dds.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.discovery.DiscoveryConfig;
import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.proto.DdsRequest;
import io.echonet.dds.proto.DdsResponse;
import io.echonet.dds.proto.FindProvidersRequest;
import io.echonet.dds.proto.ProofRequest;
import io.echonet.dds.proto.ReplicationInstruction;
import io.echonet.dds.proto.RetrieveChunkRequest;
import io.echonet.dds.proto.RetrieveChunkResponse;
import io.echonet.dds.proto.StoreChunkRequest;
import io.echonet.dds.testing.FakeRouting;
import io.echonet.dds.testing.HeapStore;
import io.echonet.dds.testing.VirtualTime;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.testing.Buffers;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a node answers to bytes, right and wrong, over the in-memory network and in virtual time.
 */
class RequestHandlerTest {
  private static final String ABC_CID = "DYu3G8aGTMBW1WrTw76zxQJQU4DHLw9MLyy7peG4LKkY";

  private final VirtualTime time = new VirtualTime();
  private final InMemoryNetwork network = InMemoryNetwork.create(time.scheduler(), 1);
  private final Host peer = network.newHost();
  private final Host server = network.newHost();
  private final HeapStore store = new HeapStore(time.scheduler());
  private final Discovery discovery =
      Discovery.start(
          new FakeRouting(time.scheduler(), Duration.ofMillis(1)).join(server),
          server.peerStore(),
          store,
          DiscoveryConfig.defaults(),
          time.scheduler());
  private final Chunk abc = Chunk.of("abc".getBytes(StandardCharsets.US_ASCII));
  private Disposable serving = serve(NetworkConfig.defaults(), StorePolicy.ACCEPT_ALL);

  private Disposable serve(NetworkConfig config, StorePolicy policy) {
    return NetworkService.of(server, config, time.scheduler(), time.scheduler())
        .serve(store, discovery, policy, (requester, cid, source) -> true);
  }

  @BeforeEach
  void introduce() {
    InMemoryNetwork.introduce(peer, server);
  }

  @AfterEach
  void close() {
    time.run(discovery.close());
    time.run(network.close());
  }

  private Stream open() {
    return time.get(peer.newStream(server.id(), StreamOptions.defaults(), NetworkService.PROTOCOL));
  }

  /** Says {@code bytes} and half-closes; answers all that comes back. */
  private byte[] exchange(byte[] bytes) {
    Stream stream = open();
    CompletableFuture<byte[]> response = Buffers.all(stream.receive()).toFuture();
    time.run(stream.send(Flux.just(bytes).map(Buffers::of)).then(stream.closeWrite()));
    time.until("the stream's end", response::isDone);
    return response.join();
  }

  private DdsResponse exchange(DdsRequest request) {
    return parse(exchange(Wire.delimited(request)));
  }

  private static DdsResponse parse(byte[] wire) {
    ByteBuffer bytes = ByteBuffer.wrap(wire);
    assertThat(Varint.decode(bytes)).isEqualTo(bytes.remaining());
    try {
      return DdsResponse.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private Throwable reset(byte[] bytes) {
    Stream stream = open();
    CompletableFuture<byte[]> response = Buffers.all(stream.receive()).toFuture();
    time.run(stream.send(Flux.just(bytes).map(Buffers::of)).onErrorComplete());
    time.until("the stream's end", response::isDone);
    return response.handle((value, error) -> error).join();
  }

  private static DdsRequest retrieve(String cid) {
    return DdsRequest.newBuilder()
        .setRetrieveChunk(RetrieveChunkRequest.newBuilder().setCid(cid))
        .build();
  }

  private static DdsRequest store(String cid, byte[] data) {
    return DdsRequest.newBuilder()
        .setStoreChunk(
            StoreChunkRequest.newBuilder().setCid(cid).setChunkData(ByteString.copyFrom(data)))
        .build();
  }

  @Test
  void theWireIsWhatTheProtocolSays() {
    store.put(abc);
    String cid = HexFormat.of().formatHex(ABC_CID.getBytes(StandardCharsets.US_ASCII));
    byte[] request = HexFormat.of().parseHex("30" + "122e" + "0a2c" + cid);
    assertThat(HexFormat.of().formatHex(exchange(request)))
        .isEqualTo("09" + "1207" + "0a03" + "616263" + "1001");
  }

  @Test
  void bytesAfterTheRequestAreIgnored() {
    store.put(abc);
    byte[] request = Wire.delimited(retrieve(ABC_CID));
    byte[] longer = new byte[request.length + 100_000];
    System.arraycopy(request, 0, longer, 0, request.length);
    assertThat(parse(exchange(longer)).getRetrieveChunk().getChunkData().toStringUtf8())
        .isEqualTo("abc");
  }

  @Test
  void theAnswerMayComeBeforeTheHalfClose() {
    store.put(abc);
    Stream stream = open();
    CompletableFuture<byte[]> response = Buffers.all(stream.receive()).toFuture();
    stream.send(Flux.just(Wire.delimited(retrieve(ABC_CID))).map(Buffers::of)).subscribe();
    time.until("the answer", response::isDone);
    assertThat(parse(response.join()).getRetrieveChunk().getSuccess()).isTrue();
    stream.reset();
  }

  @Test
  void aRequestCutUpByteByByteIsUnderstood() {
    store.put(abc);
    Stream stream = open();
    CompletableFuture<byte[]> response = Buffers.all(stream.receive()).toFuture();
    time.run(
        stream.send(Buffers.cut(Wire.delimited(retrieve(ABC_CID)), 1)).then(stream.closeWrite()));
    time.until("the answer", response::isDone);
    assertThat(parse(response.join()).getRetrieveChunk().getSuccess()).isTrue();
  }

  @Test
  void unknownOrAbsentKindsResetTheStream() {
    byte[] absent = {0};
    byte[] unknown = {2, 0x3a, 0}; // field 7
    assertThat(reset(absent)).isInstanceOf(StreamResetException.class);
    assertThat(reset(unknown)).isInstanceOf(StreamResetException.class);
  }

  @Test
  void garbageResetsTheStream() {
    byte[] garbage = Wire.random(3, 5_000);
    garbage[0] = 0x7f;
    assertThat(reset(garbage)).isInstanceOf(StreamResetException.class);
  }

  @Test
  void lengthsBeyondTheLimitResetTheStreamAtOnce() {
    assertThat(reset(Varint.encode(1L << 40))).isInstanceOf(StreamResetException.class);
    assertThat(reset(Varint.encode(NetworkConfig.MAX_MESSAGE_BYTES + 1L)))
        .isInstanceOf(StreamResetException.class);
  }

  @Test
  void onlyAStoreMayBeLongerThanAChunk() {
    byte[] prefix = Varint.encode(NetworkConfig.MAX_CHUNK_MESSAGE_BYTES + 1L);
    byte[] retrieve = Arrays.copyOf(prefix, prefix.length + 1);
    retrieve[prefix.length] = (byte) Kind.RETRIEVE_CHUNK.tag();
    assertThat(reset(retrieve)).isInstanceOf(StreamResetException.class);
  }

  @Test
  void aRequestThatBreaksOffResetsTheStream() {
    byte[] half = Wire.delimited(retrieve(ABC_CID));
    Stream stream = open();
    CompletableFuture<byte[]> response = Buffers.all(stream.receive()).toFuture();
    time.run(
        stream.send(Flux.just(Arrays.copyOf(half, 20)).map(Buffers::of)).then(stream.closeWrite()));
    time.until("the stream's end", response::isDone);
    assertThat(response).isCompletedExceptionally();
  }

  @Test
  void invalidCidsAreToldSoByEveryKind() {
    for (String cid : new String[] {"", "0OIl", "abc", ABC_CID + "1", "x".repeat(10_000)}) {
      assertThat(exchange(store(cid, new byte[0])).getStoreChunk().getErrorCode()).isEqualTo(2);
      assertThat(exchange(retrieve(cid)).getRetrieveChunk().getErrorCode()).isEqualTo(2);
      DdsRequest find =
          DdsRequest.newBuilder()
              .setFindProviders(FindProvidersRequest.newBuilder().setCid(cid))
              .build();
      assertThat(exchange(find).getFindProviders().getErrorCode()).isEqualTo(2);
      DdsRequest replicate =
          DdsRequest.newBuilder()
              .setReplicate(ReplicationInstruction.newBuilder().setCid(cid))
              .build();
      assertThat(exchange(replicate).getReplicate().getErrorCode()).isEqualTo(2);
      DdsRequest prove =
          DdsRequest.newBuilder().setProve(ProofRequest.newBuilder().setCid(cid)).build();
      assertThat(exchange(prove).getProve().getErrorCode()).isEqualTo(2);
    }
  }

  @Test
  void theChecksOfAStoreRunInTheirOrder() {
    serving.dispose();
    serve(NetworkConfig.defaults(), StorePolicy.REFUSE_ALL);
    store.setRoom(0);
    byte[] tooLong = Wire.random(1, Chunk.MAX_BYTES + 1);
    byte[] data = Wire.random(2, 1_000);
    String right = Cid.hash(ByteBuffer.wrap(data)).toString();
    // Each request breaks the rule named and every one behind it.
    assertThat(exchange(store("nonsense", tooLong)).getStoreChunk().getErrorCode()).isEqualTo(2);
    assertThat(exchange(store(ABC_CID, tooLong)).getStoreChunk().getErrorCode()).isEqualTo(4);
    assertThat(exchange(store(ABC_CID, data)).getStoreChunk().getErrorCode()).isEqualTo(3);
    assertThat(exchange(store(right, data)).getStoreChunk().getErrorCode()).isEqualTo(7);
    assertThat(store.cids()).isEmpty();
  }

  @Test
  void aManifestUnderAnotherNameIsAMismatch() {
    Chunk manifest = FramesTest.longManifest(8_000).chunk();
    byte[] bytes = new byte[manifest.size()];
    manifest.data().get(bytes);
    assertThat(exchange(store(ABC_CID, bytes)).getStoreChunk().getErrorCode()).isEqualTo(3);
  }

  @Test
  void aNonceOfAnotherLengthIsABadRequest() {
    store.put(abc);
    for (int length : new int[] {0, 31, 33}) {
      ProofRequest prove =
          ProofRequest.newBuilder()
              .setCid(ABC_CID)
              .setNonce(ByteString.copyFrom(new byte[length]))
              .build();
      assertThat(
              exchange(DdsRequest.newBuilder().setProve(prove).build()).getProve().getErrorCode())
          .isEqualTo(9);
    }
  }

  /** By another implementation: {@code hmac.new(bytes(range(32)), b"abc", "sha256")} of Python. */
  @Test
  void aProofIsTheHmacOfTheChunk() {
    store.put(abc);
    byte[] nonce = new byte[32];
    for (int i = 0; i < nonce.length; i++) {
      nonce[i] = (byte) i;
    }
    ProofRequest prove =
        ProofRequest.newBuilder().setCid(ABC_CID).setNonce(ByteString.copyFrom(nonce)).build();
    DdsResponse response = exchange(DdsRequest.newBuilder().setProve(prove).build());
    assertThat(HexFormat.of().formatHex(response.getProve().getProof().toByteArray()))
        .isEqualTo("f0133729c4163dede81e21cd47839256da58171238c8a0d874397c73b14e1e47");
  }

  @Test
  void aHintThatIsNoPeerIsABadRequest() {
    DdsRequest replicate =
        DdsRequest.newBuilder()
            .setReplicate(
                ReplicationInstruction.newBuilder().setCid(ABC_CID).setSourcePeerIdHint("nobody"))
            .build();
    assertThat(exchange(replicate).getReplicate().getErrorCode()).isEqualTo(9);
  }

  @Test
  void anAbsentChunkIsNotFound() {
    RetrieveChunkResponse response = exchange(retrieve(ABC_CID)).getRetrieveChunk();
    assertThat(response.getSuccess()).isFalse();
    assertThat(response.getErrorCode()).isEqualTo(1);
    assertThat(response.getErrorMessage()).contains(ABC_CID);
  }

  @Test
  void aStoreThatIsBusyIsToldSoBeforeItsBytesAreSent() {
    serving.dispose();
    serve(NetworkConfig.defaults().withMaxInboundRequests(1, 1), StorePolicy.ACCEPT_ALL);
    Stream first = open();
    time.run(first.send(Flux.just(new byte[] {100}).map(Buffers::of)));
    time.pass(Duration.ofMillis(10));
    Stream second = open();
    CompletableFuture<byte[]> response = Buffers.all(second.receive()).toFuture();
    byte[] beginning = {(byte) 0x80, (byte) 0x80, 0x10, (byte) Kind.STORE_CHUNK.tag()};
    time.run(second.send(Flux.just(beginning).map(Buffers::of)));
    time.until("the answer", response::isDone);
    assertThat(parse(response.join()).getStoreChunk().getErrorCode()).isEqualTo(6);
    first.reset();
    second.reset();
  }

  @Test
  void aPeerThatSaysNothingIsGivenUpAfterThirtySeconds() {
    Stream stream = open();
    CompletableFuture<byte[]> response = Buffers.all(stream.receive()).toFuture();
    time.run(stream.send(Flux.just(new byte[] {100}).map(Buffers::of)));
    Duration passed = time.until("the stream's end", response::isDone);
    assertThat(response).isCompletedExceptionally();
    assertThat(passed.toMillis()).isBetween(29_900L, 30_100L);
  }

  @Test
  void aRequestThatTricklesIsGivenUpAfterThirtySeconds() {
    Stream stream = open();
    CompletableFuture<byte[]> response = Buffers.all(stream.receive()).toFuture();
    byte[] request = Wire.delimited(store(ABC_CID, new byte[Chunk.MAX_BYTES]));
    stream
        .send(
            Flux.interval(Duration.ofSeconds(9), time.scheduler())
                .map(i -> Buffers.of(new byte[] {request[(int) (long) i]})))
        .subscribe(nothing -> {}, failure -> {});

    time.pass(Duration.ofSeconds(29));
    assertThat(response).isNotDone();
    time.pass(Duration.ofSeconds(2));
    time.until("the stream's end", response::isDone);
    assertThat(response).isCompletedExceptionally();
  }

  @Test
  void aPeerThatNeverReadsIsGivenUpAndCostsNoMemoryAfter() {
    Chunk large = Chunk.of(Wire.random(9, Chunk.MAX_BYTES));
    store.put(large);
    // Two responses fit into the budget: each holds its share until it has gone.
    serving.dispose();
    long room = NetworkConfig.MAX_MESSAGE_BYTES;
    serve(NetworkConfig.defaults().withMaxBytes(room, room), StorePolicy.ACCEPT_ALL);
    byte[] request = Wire.delimited(retrieve(large.cid().toString()));
    for (int i = 0; i < 16; i++) {
      // With the initial window of 262,144 bytes the last of the envelope does not fit.
      time.run(open().send(Flux.just(request).map(Buffers::of)));
    }
    time.pass(Duration.ofSeconds(1));
    assertThat(exchange(retrieve(large.cid().toString())).getRetrieveChunk().getErrorCode())
        .isEqualTo(6);
    time.pass(Duration.ofSeconds(31));
    assertThat(exchange(retrieve(large.cid().toString())).getRetrieveChunk().getSuccess()).isTrue();
  }

  @Test
  void aPeerThatReadsALittleNowAndThenIsGivenUpToo() {
    Chunk large = Chunk.of(Wire.random(9, Chunk.MAX_BYTES));
    store.put(large);
    Stream stream = open();
    time.run(
        stream.send(Flux.just(Wire.delimited(retrieve(large.cid().toString()))).map(Buffers::of)));
    AtomicReference<Throwable> end = new AtomicReference<>();
    BaseSubscriber<ByteBuf> drip =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {
            // Asks for nothing by itself.
          }

          @Override
          protected void hookOnNext(ByteBuf bytes) {
            bytes.release();
          }

          @Override
          protected void hookOnError(Throwable error) {
            end.set(error);
          }
        };
    stream.receive().subscribe(drip);
    for (int i = 0; i < 4; i++) {
      drip.request(1);
      time.pass(Duration.ofSeconds(10));
    }
    drip.request(Long.MAX_VALUE);
    time.until("it is given up", () -> end.get() != null);
    assertThat(end.get()).isInstanceOf(StreamResetException.class);
  }

  @Test
  void whoeverResetsIsNotWorkedForAnyLonger() {
    store.put(abc);
    store.setGate(Mono.never());
    serving.dispose();
    serve(NetworkConfig.defaults().withMaxInboundRequests(1, 1), StorePolicy.ACCEPT_ALL);
    Stream stream = open();
    time.run(stream.send(Flux.just(Wire.delimited(retrieve(ABC_CID))).map(Buffers::of)));
    time.pass(Duration.ofMillis(10));
    stream.reset();
    time.pass(Duration.ofMillis(10));
    store.setGate(Mono.empty());
    assertThat(exchange(retrieve(ABC_CID)).getRetrieveChunk().getSuccess()).isTrue();
  }

  @Test
  void anyBytesAreAnsweredOrReset() {
    Random random = new Random(20);
    byte[] valid = Wire.delimited(store(ABC_CID, new byte[] {'a', 'b', 'c'}));
    for (int i = 0; i < 300; i++) {
      byte[] mutated = valid.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      Stream stream = open();
      CompletableFuture<byte[]> response = Buffers.all(stream.receive()).toFuture();
      time.run(
          stream
              .send(Flux.just(mutated).map(Buffers::of))
              .then(stream.closeWrite())
              .onErrorComplete());
      time.until("the stream's end", response::isDone);
    }
    assertThat(store.cids().stream().filter(cid -> !cid.equals(abc.cid()))).isEmpty();
  }
}
