package io.echonet.dds.transport.testing;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PublicKey;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/** One end of a connection between two in-memory hosts. */
final class InMemoryConnection implements Connection {
  private final NetworkLoop loop;
  private final InMemoryHost host;
  private final InMemoryHost remote;
  private final Multiaddr localAddress;
  private final Multiaddr remoteAddress;
  private final boolean initiator;
  private final Wire outgoing;
  private final Set<InMemoryStream> streams = new LinkedHashSet<>();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private volatile int openStreams;
  private @Nullable InMemoryConnection peer;
  private boolean gone;

  private InMemoryConnection(
      NetworkLoop loop,
      InMemoryHost host,
      InMemoryHost remote,
      Multiaddr localAddress,
      Multiaddr remoteAddress,
      boolean initiator) {
    this.loop = loop;
    this.host = host;
    this.remote = remote;
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.initiator = initiator;
    this.outgoing = new Wire(loop, () -> host.network().linkBetween(host, remote), this::lose);
  }

  /** Both ends of a new connection; answers the dialler's. */
  static InMemoryConnection pair(
      NetworkLoop loop,
      InMemoryHost dialler,
      Multiaddr dialledFrom,
      InMemoryHost listener,
      Multiaddr dialled) {
    InMemoryConnection near =
        new InMemoryConnection(loop, dialler, listener, dialledFrom, dialled, true);
    InMemoryConnection far =
        new InMemoryConnection(loop, listener, dialler, dialled, dialledFrom, false);
    near.peer = far;
    far.peer = near;
    return near;
  }

  Wire outgoing() {
    return outgoing;
  }

  InMemoryConnection peer() {
    if (peer == null) {
      throw new IllegalStateException("a connection has two ends");
    }
    return peer;
  }

  InMemoryHost remoteHost() {
    return remote;
  }

  @Override
  public PeerId localPeer() {
    return host.id();
  }

  @Override
  public PeerId remotePeer() {
    return remote.id();
  }

  @Override
  public PublicKey remotePublicKey() {
    return remote.identity().publicKey();
  }

  @Override
  public Multiaddr localAddress() {
    return localAddress;
  }

  @Override
  public Multiaddr remoteAddress() {
    return remoteAddress;
  }

  @Override
  public boolean isInitiator() {
    return initiator;
  }

  @Override
  public Mono<Stream> newStream(StreamOptions options, List<String> protocols) {
    List<String> proposed = List.copyOf(protocols);
    if (proposed.isEmpty()) {
      throw new IllegalArgumentException("a stream needs at least one protocol");
    }
    return Mono.create(sink -> loop.execute(() -> open(options, proposed, sink)));
  }

  private void open(StreamOptions options, List<String> protocols, MonoSink<Stream> sink) {
    if (gone) {
      sink.error(new ConnectionException("connection to " + remotePeer() + " is closed"));
      return;
    }
    InMemoryStream stream =
        new InMemoryStream(loop, this, true, protocols.get(0), StreamOptions.INITIAL_WINDOW_BYTES);
    add(stream);
    sink.onCancel(stream::reset);
    if (protocols.size() == 1) {
      stream.open(options, protocols, null);
      sink.success(stream);
    } else {
      stream.open(options, protocols, sink);
    }
  }

  /** A stream that the peer opens; null where none of its protocols is served here. */
  @Nullable InMemoryStream accept(
      InMemoryStream opener, int sendWindowBytes, List<String> protocols) {
    Optional<String> agreed = protocols.stream().filter(host::serves).findFirst();
    if (gone || agreed.isEmpty()) {
      outgoing.transmit(InMemoryStream.HEADER_BYTES, opener::refused);
      return null;
    }
    InMemoryStream stream = new InMemoryStream(loop, this, false, agreed.get(), sendWindowBytes);
    add(stream);
    stream.accept(opener);
    loop.execute(() -> host.serve(stream));
    return stream;
  }

  /** Tells the other end what its peer speaks and where it listens now. */
  void pushIdentify() {
    outgoing.transmit(InMemoryStream.HEADER_BYTES, () -> peer().identified());
  }

  private void identified() {
    if (!gone) {
      host.identified(this);
    }
  }

  private void add(InMemoryStream stream) {
    streams.add(stream);
    openStreams = streams.size();
  }

  void forget(InMemoryStream stream) {
    streams.remove(stream);
    openStreams = streams.size();
  }

  @Override
  public int openStreams() {
    return openStreams;
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          loop.execute(this::closeNow);
          return onClose();
        });
  }

  /** The peer learns of it when what was sent before has arrived. */
  void closeNow() {
    if (!gone) {
      outgoing.transmit(
          InMemoryStream.HEADER_BYTES, () -> peer().end("connection was closed by the peer"));
      end("connection was closed by this end");
    }
  }

  /**
   * Breaks off: nothing more arrives at either end, and the peer notices after the link's delay.
   */
  void lose() {
    if (!gone) {
      outgoing.cut();
      peer().outgoing.cut();
      end("connection was lost");
      if (!outgoing.link().stalled()) {
        loop.schedule(() -> peer().end("connection was lost"), outgoing.link().delay());
      }
    }
  }

  private void end(String reason) {
    if (gone) {
      return;
    }
    gone = true;
    peer().outgoing.cut();
    ConnectionException cause = new ConnectionException(reason + " (" + remotePeer() + ")");
    List.copyOf(streams).forEach(stream -> stream.end(cause));
    host.disconnected(this);
    closed.tryEmitEmpty();
  }

  @Override
  public Mono<Void> onClose() {
    return closed.asMono();
  }

  @Override
  public String toString() {
    return localPeer() + (initiator ? " -> " : " <- ") + remotePeer();
  }
}
