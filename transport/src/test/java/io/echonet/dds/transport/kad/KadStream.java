package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/** A stream as a peer of another make might use it: bytes out, bytes in, and how it ended. */
final class KadStream {
  private static final KadCodec CODEC = new KadCodec(100, 16);

  private final KadNetwork network;
  private final Stream stream;
  private final Reader reader = new Reader();

  private KadStream(KadNetwork network, Stream stream) {
    this.network = network;
    this.stream = stream;
  }

  /** A stream of {@code from} to {@code to}, which must be dialable, that reads all it gets. */
  static KadStream open(KadNetwork network, Host from, PeerId to) {
    KadStream stream = openUnread(network, from, to);
    stream.reader.request(Long.MAX_VALUE);
    return stream;
  }

  /** One that reads nothing. */
  static KadStream openUnread(KadNetwork network, Host from, PeerId to) {
    Stream opened =
        network.get(from.newStream(to, StreamOptions.defaults(), KadConfig.defaults().protocol()));
    KadStream stream = new KadStream(network, opened);
    opened.receive().subscribe(stream.reader);
    return stream;
  }

  KadStream send(KadRequest... requests) {
    for (KadRequest request : requests) {
      byte[] message = CODEC.encode(request);
      sendBytes(
          ByteString.copyFrom(Varint.encode(message.length))
              .concat(ByteString.copyFrom(message))
              .toByteArray());
    }
    return this;
  }

  KadStream sendBytes(byte[] bytes) {
    Mono<ByteBuf> buffer = Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes));
    stream.send(buffer).onErrorComplete().subscribe();
    network.pass(Duration.ofMillis(100));
    return this;
  }

  KadStream halfClose() {
    network.run(stream.closeWrite());
    network.pass(Duration.ofMillis(100));
    return this;
  }

  /** Reads what has come and comes. */
  void readOn() {
    reader.request(Long.MAX_VALUE);
    network.pass(Duration.ofSeconds(1));
  }

  /** How many bytes were received. */
  int received() {
    return reader.bytes.size();
  }

  void reset() {
    stream.reset();
  }

  /** The responses received so far, all of which have to be whole. */
  List<KadResponse> responses() {
    ByteBuffer bytes = reader.bytes.asReadOnlyByteBuffer();
    List<KadResponse> responses = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] message = new byte[(int) Varint.decode(bytes)];
      bytes.get(message);
      responses.add(CODEC.decodeResponse(message));
    }
    return responses;
  }

  KadResponse onlyResponse() {
    List<KadResponse> responses = responses();
    if (responses.size() != 1) {
      throw new AssertionError(responses.size() + " responses, failure " + reader.failure);
    }
    return responses.get(0);
  }

  /** Whether the peer has half-closed. */
  boolean ended() {
    return reader.ended;
  }

  /** Why the stream broke, null where it did not. */
  @Nullable Throwable failure() {
    return reader.failure;
  }

  private static final class Reader extends BaseSubscriber<ByteBuf> {
    ByteString bytes = ByteString.EMPTY;
    boolean ended;
    @Nullable Throwable failure;

    @Override
    protected void hookOnSubscribe(Subscription subscription) {}

    @Override
    protected void hookOnNext(ByteBuf buffer) {
      bytes = bytes.concat(ByteString.copyFrom(buffer.nioBuffer()));
      buffer.release();
    }

    @Override
    protected void hookOnComplete() {
      ended = true;
    }

    @Override
    protected void hookOnError(Throwable cause) {
      failure = cause;
    }
  }
}
