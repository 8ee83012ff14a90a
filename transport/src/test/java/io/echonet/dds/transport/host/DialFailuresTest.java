package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static io.echonet.dds.transport.testing.HostContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.HostContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Dials to sockets behind which there is no peer, or not a good one. */
class DialFailuresTest {
  private static final HostConfig CONFIG =
      HostConfig.defaults().withEventLoops(1).withUpgradeTimeout(Duration.ofMinutes(10));

  private final List<Host> hosts = new ArrayList<>();
  private final List<Socket> accepted = new ArrayList<>();
  private final ServerSocket server;

  DialFailuresTest() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    Flux.fromIterable(hosts).flatMap(Host::close, 16, 1).blockLast(TIMEOUT);
    server.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }

  private Host newHost(HostConfig config) {
    Host host = await(Hosts.create(Identity.generate(), config));
    hosts.add(host);
    host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).block(TIMEOUT);
    return host;
  }

  /** Where the socket listens: the kernel accepts, and nobody says anything. */
  private Multiaddr silent() {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + server.getLocalPort());
  }

  private void answerWith(byte[] bytes) throws IOException {
    Socket socket = server.accept();
    accepted.add(socket);
    socket.getOutputStream().write(bytes);
  }

  private static void assertFails(Mono<?> dial, Multiaddr address, String reason) {
    StepVerifier.create(dial)
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining(address.toString())
                    .hasMessageContaining(reason))
        .verify(TIMEOUT);
  }

  @Test
  void whoeverSaysNothingIsGivenUp() {
    Host host =
        newHost(CONFIG.withDialing(DialConfig.defaults().withTimeout(Duration.ofMillis(300))));

    assertFails(host.connect(silent()), silent(), "within PT0.3S");
  }

  @Test
  void anUpgradeThatStallsIsGivenUp() {
    Host host = newHost(CONFIG.withUpgradeTimeout(Duration.ofMillis(300)));

    assertFails(host.connect(silent()), silent(), "not done within PT0.3S");
  }

  @Test
  void garbageForAnAnswerIsGivenUp() throws IOException {
    Host host = newHost(CONFIG);
    Mono<?> dial = host.connect(silent()).cache();
    Disposable dialling = dial.subscribe(connection -> {}, failure -> {});
    answerWith("\u000fHTTP/1.1 400 no\n".getBytes(StandardCharsets.US_ASCII));

    assertFails(dial, silent(), "negotiation failed");
    dialling.dispose();
  }

  @Test
  void whoeverRefusesAllSecurityIsGivenUp() throws IOException {
    Host host = newHost(CONFIG);
    Mono<?> dial = host.connect(silent()).cache();
    Disposable dialling = dial.subscribe(connection -> {}, failure -> {});
    answerWith(RawPeer.line("/multistream/1.0.0"));
    int proposals = CONFIG.security().size();
    for (int i = 0; i < proposals; i++) {
      accepted.get(0).getOutputStream().write(RawPeer.line("na"));
    }

    assertFails(dial, silent(), "refuses every protocol");
    dialling.dispose();
  }

  @Test
  void aDeadAddressDelaysALiveOneByTheStaggerOnly() {
    Host host =
        newHost(CONFIG.withDialing(DialConfig.defaults().withTimeout(Duration.ofMinutes(10))));
    Host peer = newHost(CONFIG);
    host.peerStore().addAddresses(peer.id(), List.of(silent()), Duration.ofHours(2));
    host.peerStore().addAddresses(peer.id(), peer.listenAddresses(), Duration.ofHours(1));
    assertThat(host.peerStore().addresses(peer.id())).startsWith(silent());

    assertThat(await(host.connect(peer.id())).remoteAddress())
        .isEqualTo(peer.listenAddresses().get(0));
    assertThat(host.peerStore().addresses(peer.id())).startsWith(peer.listenAddresses().get(0));
  }

  @Test
  void anAddressThatFailedIsLeftAloneForAWhileUnlessItIsAskedForByName() {
    DialConfig dialing = DialConfig.defaults().withBackOff(Duration.ofHours(1));
    Host host = newHost(CONFIG.withDialing(dialing));
    Host peer = newHost(CONFIG);
    Multiaddr address = peer.listenAddresses().get(0);
    peer.close().block(TIMEOUT);
    host.peerStore().addAddresses(peer.id(), List.of(address), Duration.ofHours(1));

    assertFails(host.connect(peer.id()), address, "refused");
    assertFails(host.connect(peer.id()), address, "failed a moment ago: ");
    StepVerifier.create(host.connect(address.withPeerId(peer.id())))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure).hasMessageContaining("refused").hasMessageNotContaining("ago"))
        .verify(TIMEOUT);
  }

  @Test
  void whoClaimsAnAddressOfAnotherKeepsNobodyAwayFromIt() {
    DialConfig dialing = DialConfig.defaults().withBackOff(Duration.ofHours(1));
    Host host = newHost(CONFIG.withDialing(dialing));
    Host peer = newHost(CONFIG);
    Multiaddr address = peer.listenAddresses().get(0);
    PeerId claimant = Identity.generate().peerId();
    host.peerStore().addAddresses(claimant, List.of(address), Duration.ofHours(1));
    host.peerStore().addAddresses(peer.id(), List.of(address), Duration.ofHours(1));

    assertFails(host.connect(claimant), address, "not " + claimant);

    assertThat(await(host.connect(peer.id())).remotePeer()).isEqualTo(peer.id());
  }

  /** The name of a zone says something on one machine alone. */
  @ParameterizedTest
  @ValueSource(strings = {"/ip4/127.0.0.1/udp/4001/quic-v1", "/ip6zone/lo/ip6/fe80::1/tcp/4001"})
  void anAddressOfNoTransportIsNamed(String text) {
    Host host = newHost(CONFIG);
    Multiaddr address = Multiaddr.parse(text);

    assertFails(host.connect(address), address, "no transport understands it");
  }

  @Test
  void aCancelledDialLeavesNoConnection() throws IOException {
    Host host = newHost(CONFIG);
    Disposable dialling = host.connect(silent()).subscribe();
    Socket socket = server.accept();
    accepted.add(socket);
    socket.setSoTimeout((int) TIMEOUT.toMillis());

    dialling.dispose();

    byte[] said = socket.getInputStream().readAllBytes();
    assertThat(said.length).isLessThan(1_000);
    assertThat(host.connections()).isEmpty();
  }

  @Test
  void closingEndsDialsUnderWay() {
    Host host = newHost(CONFIG);
    Mono<?> dial = host.connect(silent()).cache();
    Disposable dialling = dial.subscribe(connection -> {}, failure -> {});

    host.close().block(TIMEOUT);

    StepVerifier.create(dial).expectError(DialException.class).verify(TIMEOUT);
    dialling.dispose();
  }

  @Test
  void closingDoesNotWaitForAPeerThatHasStopped() throws IOException {
    Host host = newHost(CONFIG);
    Host peer = newHost(CONFIG);
    try (StallingRelay relay = new StallingRelay(peer.listenAddresses().get(0))) {
      await(host.connect(relay.address().withPeerId(peer.id())));
      HostContract.connect(peer, host);
      relay.stall();

      host.close().block(TIMEOUT);

      assertThat(host.connections()).isEmpty();
    }
    Await.until("the peer notices", () -> peer.connections().isEmpty());
  }
}
