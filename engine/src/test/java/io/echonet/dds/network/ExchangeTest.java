package io.echonet.dds.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.proto.DdsResponse;
import io.echonet.dds.proto.RetrieveChunkResponse;
import io.echonet.dds.proto.StoreChunkResponse;
import io.echonet.dds.testing.VirtualTime;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamHandler;
import io.echonet.dds.transport.testing.Buffers;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a requester makes of answers, right and wrong, over the in-memory network and in virtual
 * time.
 */
class ExchangeTest {
  private final VirtualTime time = new VirtualTime();
  private final InMemoryNetwork network = InMemoryNetwork.create(time.scheduler(), 1);
  private final Host asker = network.newHost();
  private final Host server = network.newHost();
  private final NetworkService service =
      NetworkService.of(asker, NetworkConfig.defaults(), time.scheduler(), time.scheduler());
  private final byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
  private final Cid cid = Chunk.of(abc).cid();

  @BeforeEach
  void introduce() {
    InMemoryNetwork.introduce(asker, server);
  }

  @AfterEach
  void close() {
    time.run(network.close());
  }

  private void serve(StreamHandler handler) {
    server.handle(NetworkService.PROTOCOL, handler);
  }

  private Fault retrieveFault() {
    Throwable error = time.error(service.retrieveChunk(server.id(), cid));
    time.until("every stream has ended", () -> openStreams() == 0);
    return ((ExchangeException) error).fault();
  }

  private int openStreams() {
    return asker.connections().stream().mapToInt(connection -> connection.openStreams()).sum();
  }

  private static DdsResponse response(boolean success, int code, byte[] data) {
    return DdsResponse.newBuilder()
        .setRetrieveChunk(
            RetrieveChunkResponse.newBuilder()
                .setSuccess(success)
                .setErrorCode(code)
                .setChunkData(ByteString.copyFrom(data)))
        .build();
  }

  @Test
  void aRightAnswerIsAChunk() {
    serve(stream -> RawPeer.answerChunk(stream, abc));
    assertThat(time.get(service.retrieveChunk(server.id(), cid)).size()).isEqualTo(3);
    time.until("every stream has ended", () -> openStreams() == 0);
  }

  @Test
  void wrongBytesAreMisbehaviour() {
    serve(stream -> RawPeer.answerChunk(stream, new byte[] {'a', 'b', 'd'}));
    assertThat(retrieveFault()).isEqualTo(Fault.MISBEHAVED);
  }

  @Test
  void successDecidesWhateverTheCodeSays() {
    serve(stream -> RawPeer.answer(stream, response(true, 8, abc)));
    assertThat(time.get(service.retrieveChunk(server.id(), cid)).size()).isEqualTo(3);
  }

  @Test
  void failureDecidesWhateverElseIsSent() {
    serve(stream -> RawPeer.answer(stream, response(false, 0, abc)));
    assertThat(retrieveFault()).isEqualTo(Fault.FAILED);
  }

  @Test
  void codesSayWhatToMakeOfThePeer() {
    AtomicInteger code = new AtomicInteger(1);
    serve(stream -> RawPeer.answer(stream, response(false, code.get(), new byte[0])));
    Fault[] faults = {
      Fault.NOT_HELD,
      Fault.FAILED,
      Fault.FAILED,
      Fault.FAILED,
      Fault.DECLINED,
      Fault.BUSY,
      Fault.DECLINED,
      Fault.FAILED,
      Fault.FAILED,
      Fault.FAILED
    };
    for (int i = 0; i < faults.length; i++) {
      code.set(i + 1);
      assertThat(retrieveFault()).as("code %d", i + 1).isEqualTo(faults[i]);
    }
  }

  @Test
  void anAnswerOfAnotherKindIsMisbehaviour() {
    serve(
        stream ->
            RawPeer.answer(
                stream,
                DdsResponse.newBuilder()
                    .setStoreChunk(StoreChunkResponse.newBuilder().setSuccess(true))
                    .build()));
    assertThat(retrieveFault()).isEqualTo(Fault.MISBEHAVED);
  }

  @Test
  void garbageIsMisbehaviour() {
    byte[] garbage = Wire.random(1, 100);
    garbage[0] = 99;
    serve(stream -> RawPeer.answer(stream, garbage));
    assertThat(retrieveFault()).isEqualTo(Fault.MISBEHAVED);
  }

  @Test
  void aLengthBeyondTheLimitIsMisbehaviourAndNotWaitedFor() {
    serve(stream -> stream.send(Flux.just(Varint.encode(1L << 40)).map(Buffers::of)));
    assertThat(retrieveFault()).isEqualTo(Fault.MISBEHAVED);
  }

  @Test
  void halfAnAnswerFails() {
    byte[] whole = Wire.delimited(response(true, 0, abc));
    serve(stream -> RawPeer.answer(stream, Arrays.copyOf(whole, whole.length - 1)));
    assertThat(retrieveFault()).isEqualTo(Fault.FAILED);
  }

  @Test
  void noAnswerFails() {
    serve(stream -> RawPeer.answer(stream, new byte[0]));
    assertThat(retrieveFault()).isEqualTo(Fault.FAILED);
  }

  @Test
  void aResetFails() {
    serve(stream -> Mono.error(new IllegalStateException("on purpose")));
    assertThat(retrieveFault()).isEqualTo(Fault.FAILED);
  }

  @Test
  void bytesAfterTheAnswerAreIgnored() {
    byte[] whole = Wire.delimited(response(true, 0, abc));
    serve(stream -> RawPeer.answer(stream, Arrays.copyOf(whole, whole.length + 100_000)));
    assertThat(time.get(service.retrieveChunk(server.id(), cid)).size()).isEqualTo(3);
    time.until("every stream has ended", () -> openStreams() == 0);
  }

  @Test
  void anAnswerBeforeTheEndOfTheRequestIsTaken() {
    Chunk manifest = FramesTest.longManifest(60_000).chunk();
    AtomicReference<Stream> taken = new AtomicReference<>();
    DdsResponse busy = Kind.STORE_CHUNK.failure(ErrorCode.BUSY, "no");
    serve(
        stream -> {
          taken.set(stream);
          return stream
              .receive()
              .doOnNext(ByteBuf::release)
              .next()
              .then(stream.send(Flux.just(Wire.delimited(busy)).map(Buffers::of)))
              .then(Mono.never());
        });
    Throwable error = time.error(service.storeChunk(server.id(), manifest));
    assertThat(((ExchangeException) error).fault()).isEqualTo(Fault.BUSY);
    time.until("the stream was reset", () -> openStreams() == 0);
  }

  @Test
  void everyByteCountsAsProgress() {
    byte[] whole = Wire.delimited(response(true, 0, abc));
    serve(
        stream ->
            stream.send(
                Buffers.cut(whole, 6).delayElements(Duration.ofSeconds(9), time.scheduler())));
    assertThat(whole.length).isBetween(7, 12);
    assertThat(time.get(service.retrieveChunk(server.id(), cid)).size()).isEqualTo(3);
  }
}
