package io.echonet.dds.transport.identify;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PublicKey;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class ObservationTest {
  private static final Identity PEER = Identity.generate();
  private static final Multiaddr REMOTE = Multiaddr.parse("/ip4/198.51.100.1/tcp/4001");
  private static final List<Multiaddr> LISTENING =
      List.of(Multiaddr.parse("/ip4/10.0.0.5/tcp/4001"), Multiaddr.parse("/ip6/::/tcp/4002"));

  /** A connection that is open and carries nothing. */
  private record Open(Multiaddr localAddress, boolean isInitiator) implements Connection {
    @Override
    public PeerId localPeer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public PeerId remotePeer() {
      return PEER.peerId();
    }

    @Override
    public PublicKey remotePublicKey() {
      return PEER.publicKey();
    }

    @Override
    public Multiaddr remoteAddress() {
      return REMOTE;
    }

    @Override
    public Mono<Stream> newStream(StreamOptions options, List<String> protocols) {
      return Mono.error(new UnsupportedOperationException());
    }

    @Override
    public int openStreams() {
      return 0;
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }

    @Override
    public Mono<Void> onClose() {
      return Mono.never();
    }
  }

  private static Optional<String> tells(String local, boolean isInitiator, String seen) {
    Connection connection = new Open(Multiaddr.parse(local), isInitiator);
    return Observation.of(connection, Multiaddr.parse(seen), LISTENING)
        .map(Observation::address)
        .map(Multiaddr::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/10.0.0.5/tcp/4001, /ip4/192.0.2.1/tcp/4001",
    "/ip4/10.0.0.5/tcp/4001, /ip4/192.0.2.1/tcp/31234",
    "/ip6/2001:db8::5/tcp/4002, /ip6/2001:db8::7/tcp/4002"
  })
  void whoHasReachedUsSawTheAddressThatLeadsHere(String local, String seen) {
    assertThat(tells(local, false, seen)).contains(seen);
  }

  @Test
  void whoeverWeReachSeesOurAddressAndNotThePortWeListenOn() {
    assertThat(tells("/ip4/10.0.0.5/tcp/50000", true, "/ip4/192.0.2.1/tcp/50000"))
        .contains("/ip4/192.0.2.1/tcp/4001");
    assertThat(tells("/ip6/2001:db8::5/tcp/50000", true, "/ip6/2001:db8::7/tcp/50000"))
        .contains("/ip6/2001:db8::7/tcp/4002");
  }

  @Test
  void aTranslatedPortSaysNothingAboutTheOneWeListenOn() {
    assertThat(tells("/ip4/10.0.0.5/tcp/50000", true, "/ip4/192.0.2.1/tcp/50001")).isEmpty();
  }

  @Test
  void aPortWeDoNotListenOnCountsForNothing() {
    assertThat(tells("/ip4/10.0.0.5/tcp/4002", false, "/ip4/192.0.2.1/tcp/4002")).isEmpty();
    assertThat(tells("/ip4/10.0.0.6/tcp/4001", false, "/ip4/192.0.2.1/tcp/4001")).isEmpty();
    assertThat(tells("/ip4/10.0.0.6/tcp/50000", true, "/ip4/192.0.2.1/tcp/50000")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip6/2001:db8::7/tcp/4001",
        "/ip4/192.0.2.1/udp/4001",
        "/ip4/192.0.2.1/tcp/4001/ws",
        "/ip4/192.0.2.1",
        "/dns4/example.com/tcp/4001",
        "/ip4/192.0.2.1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit"
      })
  void whatIsNotOfTheKindOfTheConnectionCountsForNothing(String seen) {
    assertThat(tells("/ip4/10.0.0.5/tcp/4001", false, seen)).isEmpty();
  }
}
