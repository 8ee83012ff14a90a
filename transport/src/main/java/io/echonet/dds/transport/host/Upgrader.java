package io.echonet.dds.transport.host;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerStore;
import io.echonet.dds.transport.multistream.Multistream;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Muxer;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol;
import io.echonet.dds.transport.spi.SecurityProtocol.Secured;
import io.echonet.dds.transport.spi.Transport.RawConnection;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Makes usable connections of raw ones: security is negotiated, then the muxer, unless the
 * handshake has settled that already (connections specification).
 */
final class Upgrader {
  private final PeerId self;
  private final HostConfig config;
  private final HostParts parts;
  private final Gate gate;
  private final WindowMemory memory;
  private final PeerStore peerStore;
  private final Consumer<HostConnection> adopt;
  private final BiConsumer<HostConnection, MuxedStream> inbound;
  private final List<String> securityIds;
  private final List<String> muxerIds;

  /**
   * @param adopt takes a connection over on its event loop, or throws where it is not wanted
   * @param inbound takes the streams that peers open
   */
  Upgrader(
      PeerId self,
      HostConfig config,
      HostParts parts,
      Gate gate,
      WindowMemory memory,
      PeerStore peerStore,
      Consumer<HostConnection> adopt,
      BiConsumer<HostConnection, MuxedStream> inbound) {
    this.self = self;
    this.config = config;
    this.parts = parts;
    this.gate = gate;
    this.memory = memory;
    this.peerStore = peerStore;
    this.adopt = adopt;
    this.inbound = inbound;
    this.securityIds = parts.security().stream().map(SecurityProtocol::id).toList();
    this.muxerIds = parts.muxers().stream().map(Muxer::id).toList();
  }

  /**
   * Upgrades {@code raw}, which is given away: it is closed where this fails or is cancelled, until
   * the connection has been adopted.
   *
   * <p>Errors: {@link io.echonet.dds.transport.TransportException} saying which step failed.
   */
  Mono<HostConnection> upgrade(RawConnection raw, Role role, @Nullable PeerId expected) {
    return GivenUp.quietly(Mono.defer(() -> new Upgrade(raw, role, expected).run()));
  }

  private final class Upgrade {
    private final RawConnection raw;
    private final Channel channel;
    private final Role role;
    private final @Nullable PeerId expected;
    private volatile boolean adopted;

    Upgrade(RawConnection raw, Role role, @Nullable PeerId expected) {
      this.raw = raw;
      this.channel = raw.channel();
      this.role = role;
      this.expected = expected;
    }

    Mono<HostConnection> run() {
      return Multistream.negotiate(channel, role, securityIds)
          .flatMap(id -> chosenSecurity(id).secure(channel, role, expected, muxerIds))
          .doOnNext(this::check)
          .flatMap(secured -> muxer(secured).flatMap(muxer -> onLoop(() -> adopt(secured, muxer))))
          .timeout(config.upgradeTimeout(), Mono.error(this::late), parts.timer())
          .doOnError(failure -> abandon())
          .doFinally(this::abandonIfCancelled);
    }

    /** Once what was cancelled knows of it: closed before, it would tell nobody of its failure. */
    private void abandonIfCancelled(SignalType end) {
      if (end == SignalType.CANCEL) {
        abandon();
      }
    }

    private void abandon() {
      if (!adopted) {
        HostConnection.close(channel);
      }
    }

    /** As soon as it is known who is there. */
    private void check(Secured secured) {
      if (expected != null && !expected.equals(secured.peer())) {
        throw new ConnectionException("the peer there is " + secured.peer());
      }
      if (self.equals(secured.peer())) {
        throw new ConnectionException("that is this host itself");
      }
      gate.checkKeep(secured.peer(), raw.remoteAddress(), role.isInitiator());
    }

    private ConnectionException late() {
      return new ConnectionException(
          "upgrade of the connection with "
              + raw.remoteAddress()
              + " was not done within "
              + config.upgradeTimeout());
    }

    private Mono<Muxer> muxer(Secured secured) {
      return Mono.justOrEmpty(secured.muxer())
          .switchIfEmpty(Mono.defer(() -> Multistream.negotiate(channel, role, muxerIds)))
          .map(Upgrader.this::chosenMuxer);
    }

    private HostConnection adopt(Secured secured, Muxer muxer) {
      HostConnection connection =
          new HostConnection(
              self,
              secured,
              raw,
              role,
              muxer,
              memory.of(secured.peer(), raw.remoteAddress()),
              peerStore,
              config.negotiationTimeout(),
              parts.timer(),
              inbound);
      adopt.accept(connection);
      adopted = true;
      connection.start();
      return connection;
    }

    /** A muxer is attached on the event loop, and adopted before it can have anything to say. */
    private <T> Mono<T> onLoop(Callable<T> task) {
      EventLoop loop = channel.eventLoop();
      if (loop.inEventLoop()) {
        return Mono.fromCallable(task);
      }
      return Mono.create(
          done -> {
            try {
              loop.execute(() -> Mono.fromCallable(task).subscribe(done::success, done::error));
            } catch (RejectedExecutionException e) {
              done.error(new ConnectionException("the event loop has ended", e));
            }
          });
    }
  }

  private SecurityProtocol chosenSecurity(String id) {
    return parts.security().stream()
        .filter(protocol -> protocol.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new ConnectionException("security " + id + " was not offered"));
  }

  private Muxer chosenMuxer(String id) {
    return parts.muxers().stream()
        .filter(muxer -> muxer.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new ConnectionException("muxer " + id + " was not offered"));
  }
}
