package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerStore;
import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.PublicKey;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.TransportException;
import io.echonet.dds.transport.multistream.Multistream;
import io.echonet.dds.transport.multistream.NegotiatedStream;
import io.echonet.dds.transport.spi.MemoryScope;
import io.echonet.dds.transport.spi.MuxedConnection;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Muxer;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol.Secured;
import io.echonet.dds.transport.spi.Transport.RawConnection;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A connection that has been upgraded: who is there is proven, and it carries streams. */
final class HostConnection implements Connection {
  /** Streams that arrive while the host does not know of the connection yet: one read's worth. */
  private static final int MAX_EARLY_STREAMS = 64;

  private final PeerId localPeer;
  private final Secured secured;
  private final RawConnection raw;
  private final Role role;
  private final PeerStore peerStore;
  private final Duration negotiationTimeout;
  private final Scheduler timer;
  private final BiConsumer<HostConnection, MuxedStream> inbound;
  private final MuxedConnection muxed;
  private final AtomicInteger negotiating = new AtomicInteger();
  private @Nullable List<MuxedStream> early = new ArrayList<>();
  private final long begunAt = System.nanoTime();
  private volatile long usedAt = begunAt;
  private volatile boolean leaving;
  private volatile List<Multiaddr> toldAddresses = List.of();

  /** On the event loop; the muxer begins to read at once. */
  HostConnection(
      PeerId localPeer,
      Secured secured,
      RawConnection raw,
      Role role,
      Muxer muxer,
      MemoryScope memory,
      PeerStore peerStore,
      Duration negotiationTimeout,
      Scheduler timer,
      BiConsumer<HostConnection, MuxedStream> inbound) {
    this.localPeer = localPeer;
    this.secured = secured;
    this.raw = raw;
    this.role = role;
    this.peerStore = peerStore;
    this.negotiationTimeout = negotiationTimeout;
    this.timer = timer;
    this.inbound = inbound;
    this.muxed = attach(muxer, memory);
  }

  private MuxedConnection attach(Muxer muxer, MemoryScope memory) {
    assert raw.channel().eventLoop().inEventLoop();
    return muxer.attach(raw.channel(), role, memory, this::accept);
  }

  private void accept(MuxedStream stream) {
    touchUntilClosed(stream);
    List<MuxedStream> waiting = early;
    if (waiting == null) {
      inbound.accept(this, stream);
    } else if (waiting.size() < MAX_EARLY_STREAMS) {
      waiting.add(stream);
    } else {
      stream.reset();
    }
  }

  /** On the event loop: from here on the streams that the peer opens are served. */
  void start() {
    List<MuxedStream> waiting = early;
    early = null;
    if (waiting != null) {
      waiting.forEach(stream -> inbound.accept(this, stream));
    }
  }

  @Override
  public PeerId localPeer() {
    return localPeer;
  }

  @Override
  public PeerId remotePeer() {
    return secured.peer();
  }

  @Override
  public PublicKey remotePublicKey() {
    return secured.key();
  }

  @Override
  public Multiaddr localAddress() {
    return raw.localAddress();
  }

  @Override
  public Multiaddr remoteAddress() {
    return raw.remoteAddress();
  }

  @Override
  public boolean isInitiator() {
    return role.isInitiator();
  }

  /** A stream is a use of the connection as it begins and as it ends. */
  private void touchUntilClosed(MuxedStream stream) {
    touch();
    stream.onClose().subscribe(nothing -> {}, failure -> {}, this::touch);
  }

  private void touch() {
    usedAt = System.nanoTime();
  }

  /** By {@link System#nanoTime}. */
  long begunAt() {
    return begunAt;
  }

  /** When a stream last began or ended, by {@link System#nanoTime}. */
  long usedAt() {
    return usedAt;
  }

  /** False once it is known that no stream can be opened any more. */
  boolean isUsable() {
    return !leaving && raw.channel().isActive();
  }

  /** The streams the peer has opened without having said for what. */
  AtomicInteger negotiating() {
    return negotiating;
  }

  /** Where the peer says it listens. */
  List<Multiaddr> toldAddresses() {
    return toldAddresses;
  }

  void setToldAddresses(List<Multiaddr> addresses) {
    toldAddresses = addresses;
  }

  @Override
  public Mono<Stream> newStream(StreamOptions options, List<String> protocols) {
    List<String> proposed = List.copyOf(protocols);
    if (proposed.isEmpty()) {
      throw new IllegalArgumentException("a stream needs at least one protocol");
    }
    touch();
    Mono<MuxedStream> opened =
        muxed
            .open(options.receiveWindowBytes())
            .doOnNext(this::touchUntilClosed)
            .doOnError(ConnectionException.class, failure -> leaving = true);
    return StreamOpening.of(opened, stream -> negotiate(stream, proposed))
        .<Stream>map(negotiated -> new HostStream(this, negotiated, true))
        .doOnNext(stream -> peerStore.addSuccess(remotePeer()))
        .doOnError(TransportException.class, this::noteFailure);
  }

  /** What a peer refuses, or this host, does not say that the peer answers badly. */
  private void noteFailure(TransportException failure) {
    if (!(failure instanceof ProtocolNotSupportedException)
        && !(failure instanceof LimitExceededException)) {
      peerStore.addFailure(remotePeer());
    }
  }

  private Mono<NegotiatedStream> negotiate(MuxedStream stream, List<String> protocols) {
    Mono<NegotiatedStream> negotiated = Multistream.propose(stream, protocols);
    return protocols.size() == 1
        ? negotiated
        : negotiated.timeout(negotiationTimeout, Mono.error(() -> late(protocols)), timer);
  }

  private StreamException late(List<String> protocols) {
    return new StreamException(
        remotePeer() + " answered none of " + protocols + " within " + negotiationTimeout);
  }

  @Override
  public int openStreams() {
    return muxed.openStreams();
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          leaving = true;
          return muxed.close();
        });
  }

  /** From here on it is not used any more, and it is closed as by {@link #close}. */
  void closeSoon() {
    close().subscribe(nothing -> {}, failure -> abort());
  }

  /** Closes the socket without a word. */
  void abort() {
    leaving = true;
    close(raw.channel());
  }

  /** Closing a socket has no outcome that anybody could act on. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void close(Channel channel) {
    channel.close();
  }

  @Override
  public Mono<Void> onClose() {
    return muxed.onClose();
  }

  @Override
  public String toString() {
    return (role.isInitiator() ? "connection to " : "connection from ")
        + remotePeer()
        + " at "
        + remoteAddress();
  }
}
