package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.spi.MemoryScope;
import io.echonet.dds.transport.spi.MuxedConnection;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Muxer;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol.Secured;
import io.echonet.dds.transport.spi.Transport.RawConnection;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Connections on channels that lead nowhere. */
final class TestConnections {
  private TestConnections() {}

  static HostConnection unconnected() {
    return between(Identity.generate(new Random(1)), Identity.generate(new Random(2)), true);
  }

  static HostConnection between(Identity self, Identity peer, boolean initiator) {
    Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    return new HostConnection(
        self.peerId(),
        new Secured(peer.peerId(), peer.publicKey(), Optional.empty()),
        new RawConnection(new EmbeddedChannel(), address, address),
        initiator ? Role.INITIATOR : Role.RESPONDER,
        new NoStreams(),
        new WindowMemory(ResourceLimits.defaults()).of(peer.peerId(), address),
        InMemoryPeerStore.create(PeerStoreConfig.defaults(), Clock.systemUTC()),
        HostConfig.defaults().negotiationTimeout(),
        Schedulers.parallel(),
        (connection, stream) -> stream.reset());
  }

  /** A muxer whose channel never carries anything. */
  private static final class NoStreams implements Muxer {
    @Override
    public String id() {
      return "/none";
    }

    @Override
    public MuxedConnection attach(
        Channel channel, Role role, MemoryScope memory, Consumer<MuxedStream> accept) {
      return new MuxedConnection() {
        @Override
        public Mono<MuxedStream> open(int receiveWindowBytes) {
          return Mono.never();
        }

        @Override
        public int openStreams() {
          return 0;
        }

        @Override
        public Mono<Void> close() {
          return Mono.fromRunnable(() -> HostConnection.close(channel));
        }

        @Override
        public Mono<Void> onClose() {
          return Mono.never();
        }
      };
    }
  }
}
