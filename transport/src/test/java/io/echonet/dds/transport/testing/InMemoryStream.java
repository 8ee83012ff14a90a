package io.echonet.dds.transport.testing;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.TransportException;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/** One end of a stream between two in-memory hosts. */
final class InMemoryStream implements Stream {
  /** What a frame without a payload takes on the wire, and every frame before its payload. */
  static final int HEADER_BYTES = 12;

  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final NetworkLoop loop;
  private final InMemoryConnection connection;
  private final boolean initiator;
  private final InMemoryReceiver receiver;
  private final InMemorySender sender;
  private final Sinks.Empty<Void> ended = Sinks.empty();
  private final Disposable.Swap closeTimer = Disposables.swap();
  private volatile String protocol;
  private @Nullable InMemoryStream peer;
  private @Nullable MonoSink<Stream> opening;
  private boolean peerClosed;
  private boolean gone;

  InMemoryStream(
      NetworkLoop loop,
      InMemoryConnection connection,
      boolean initiator,
      String protocol,
      int sendWindowBytes) {
    this.loop = loop;
    this.connection = connection;
    this.initiator = initiator;
    this.protocol = protocol;
    this.receiver = new InMemoryReceiver(loop, this::consumed);
    this.sender = new InMemorySender(loop, this, connection.outgoing(), sendWindowBytes);
  }

  /**
   * Asks the peer for one of {@code protocols}.
   *
   * @param opened given this stream once it is agreed; null where it has been given already
   */
  void open(StreamOptions options, List<String> protocols, @Nullable MonoSink<Stream> opened) {
    opening = opened;
    int bytes = HEADER_BYTES + protocols.stream().mapToInt(String::length).sum();
    connection
        .outgoing()
        .transmit(
            bytes,
            () -> peer = connection.peer().accept(this, options.receiveWindowBytes(), protocols));
  }

  /** Called on the accepting end, which answers the stream {@code opener} of the other. */
  void accept(InMemoryStream opener) {
    peer = opener;
    tellPeer(protocol.length(), other -> other.agreed(protocol));
  }

  private void agreed(String agreedProtocol) {
    protocol = agreedProtocol;
    MonoSink<Stream> waiting = opening;
    opening = null;
    if (waiting != null && !gone) {
      waiting.success(this);
    }
  }

  void refused() {
    end(
        new ProtocolNotSupportedException(
            connection.remotePeer() + " does not support " + protocol));
  }

  @Override
  public Connection connection() {
    return connection;
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public boolean isInitiator() {
    return initiator;
  }

  @Override
  public Flux<ByteBuf> receive() {
    return receiver;
  }

  @Override
  public Mono<Void> send(Publisher<? extends ByteBuf> buffers) {
    return sender.send(buffers);
  }

  @Override
  public Mono<Void> closeWrite() {
    return sender.close();
  }

  @Override
  public Mono<Void> close() {
    Mono<Void> discard = Mono.fromRunnable(() -> loop.execute(this::discardArriving));
    return sender.close().onErrorComplete().then(discard);
  }

  private void discardArriving() {
    receiver.fail(new StreamException("stream was closed by this end"));
    if (!peerClosed && !gone) {
      closeTimer.update(loop.schedule(this::resetNow, CLOSE_TIMEOUT));
    }
  }

  @Override
  public void reset() {
    loop.execute(this::resetNow);
  }

  void resetNow() {
    if (!gone) {
      tellPeer(other -> other.end(new StreamResetException("stream was reset by the peer")));
    }
    end(new StreamResetException("stream was reset by this end"));
  }

  @Override
  public Mono<Void> onClose() {
    return ended.asMono();
  }

  void transmitData(ByteBuf data) {
    int bytes = data.readableBytes();
    connection
        .outgoing()
        .transmit(new Wire.Frame(HEADER_BYTES + bytes, () -> deliver(data), data::release));
  }

  private void deliver(ByteBuf data) {
    if (peer == null) {
      data.release();
    } else {
      peer.receiver.arrived(connection.outgoing().link().corrupted(data));
    }
  }

  private void consumed(int bytes) {
    if (!gone && !peerClosed) {
      tellPeer(other -> other.sender.granted(bytes));
    }
  }

  void halfClosed() {
    tellPeer(InMemoryStream::peerHalfClosed);
    endIfBothClosed();
  }

  private void peerHalfClosed() {
    peerClosed = true;
    receiver.peerClosed();
    endIfBothClosed();
  }

  private void endIfBothClosed() {
    if (peerClosed && sender.isEnded()) {
      forget();
    }
  }

  /** Ends what has not ended yet, in both directions, without a word to the peer. */
  void end(TransportException cause) {
    receiver.fail(cause);
    sender.fail(cause);
    MonoSink<Stream> waiting = opening;
    opening = null;
    if (waiting != null) {
      waiting.error(cause);
    }
    forget();
  }

  private void forget() {
    if (!gone) {
      gone = true;
      closeTimer.dispose();
      connection.forget(this);
      ended.tryEmitEmpty();
    }
  }

  private void tellPeer(Consumer<InMemoryStream> message) {
    tellPeer(0, message);
  }

  /** The peer's end may not be there, or come to be while the message is under way. */
  private void tellPeer(int payloadBytes, Consumer<InMemoryStream> message) {
    connection
        .outgoing()
        .transmit(
            HEADER_BYTES + payloadBytes,
            () -> {
              if (peer != null) {
                message.accept(peer);
              }
            });
  }
}
