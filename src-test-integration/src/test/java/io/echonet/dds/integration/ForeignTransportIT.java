package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.HostEvent;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.ping.Ping;
import io.echonet.dds.transport.ping.PingConfig;
import io.echonet.dds.transport.testing.Await;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Schedulers;

/** Connections, ping and identify with js-libp2p, by TCP, Noise and Yamux. */
@WithForeignPeers
class ForeignTransportIT {
  @RegisterExtension private static final Processes SHARED = Processes.ofClass();
  private static ForeignPeer js;

  @RegisterExtension private final OurHosts hosts = new OurHosts();

  @BeforeAll
  static void startPeer() {
    js = ForeignPeer.start(SHARED, "--dht", "none");
  }

  @Test
  void weDialIt() {
    Host host = hosts.listening();

    Connection connection = OurHosts.connect(host, js);

    assertThat(connection.remotePeer()).isEqualTo(OurHosts.idOf(js));
    assertThat(connection.isInitiator()).isTrue();
    JsonObject seen = connectionOf(js, host.id());
    assertThat(seen.text("direction")).isEqualTo("inbound");
    assertThat(seen.text("encryption")).isEqualTo("/noise");
    assertThat(seen.text("multiplexer")).isEqualTo("/yamux/1.0.0");
  }

  @Test
  void itDialsUs() {
    Host host = hosts.listening();

    JsonObject seen = js.ask("dial", "to", OurHosts.address(host));

    assertThat(seen.text("direction")).isEqualTo("outbound");
    assertThat(seen.text("encryption")).isEqualTo("/noise");
    Await.until("we see its connection", () -> !host.connections().isEmpty());
    assertThat(host.connections())
        .singleElement()
        .satisfies(
            connection -> {
              assertThat(connection.remotePeer()).isEqualTo(OurHosts.idOf(js));
              assertThat(connection.isInitiator()).isFalse();
            });
  }

  private static JsonObject connectionOf(ForeignPeer peer, PeerId other) {
    peer.ask("awaitConnection", "peer", other.toString());
    return peer.ask("connections", "peer", other.toString()).objects("connections").get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "secp256k1"})
  void peersWithOtherKeysAreConnectedBothWays(String key) {
    ForeignPeer other = ForeignPeer.start(SHARED, "--dht", "none", "--key", key);
    Host dialling = hosts.listening();
    Host dialled = hosts.listening();

    Connection connection = OurHosts.connect(dialling, other);
    other.ask("dial", "to", OurHosts.address(dialled));

    assertThat(connection.remotePeer()).isEqualTo(OurHosts.idOf(other));
    assertThat(other.ask("ping", "to", dialling.id().toString()).number("ms")).isNotNegative();
    assertThat(other.ask("ping", "to", dialled.id().toString()).number("ms")).isNotNegative();
  }

  @Test
  void anotherPeerThanTheOneDialledIsRefused() {
    Host host = hosts.listening();
    Host other = hosts.listening();
    String wrong = Multiaddr.parse(OurHosts.address(host)).withPeerId(other.id()).toString();

    assertThat(js.askInVain("dial", "to", wrong)).hasMessageContaining("ok=false");
    assertThat(host.connections()).isEmpty();
  }

  @Test
  void pingsGoBothWays() {
    Host host = hosts.listening();
    Connection connection = OurHosts.connect(host, js);
    Ping ping =
        new Ping(
            PingConfig.defaults(),
            host.peerStore(),
            Schedulers.parallel(),
            new Random(),
            System::nanoTime);

    List<Duration> ours =
        ping.repeatedly(connection, Duration.ZERO).take(5).collectList().block(OurHosts.LIMIT);
    JsonObject theirs = js.ask("ping", "to", host.id().toString(), "count", 5);

    assertThat(ours).hasSize(5).allSatisfy(time -> assertThat(time).isPositive());
    assertThat((List<?>) theirs.fields().get("all")).hasSize(5);
  }

  @Test
  void aConnectionPassesTheChecksOfItsMonitor() {
    ForeignPeer checking = ForeignPeer.start(SHARED, "--dht", "none", "--monitor-ms", "2000");
    Host host = hosts.listening();
    Connection connection = OurHosts.connect(host, checking);

    // A check that fails drops the connection instead.
    Await.until("it has been checked", () -> connectionOf(checking, host.id()).has("rtt"));

    assertThat(host.connections()).containsExactly(connection);
  }

  @Test
  void itIdentifiesUs() {
    Host host = hosts.listening();
    TestProtocols.serveEcho(host);
    OurHosts.connect(host, js);

    JsonObject said = js.ask("peerInfo", "peer", host.id().toString());

    assertThat(said.text("publicKey"))
        .isEqualTo(HexFormat.of().formatHex(host.identity().publicKey().encode()));
    assertThat(new TreeSet<>(said.texts("protocols"))).isEqualTo(new TreeSet<>(host.protocols()));
    assertThat(said.texts("listenAddrs"))
        .containsExactlyElementsOf(
            host.listenAddresses().stream().map(Multiaddr::toString).toList());
    assertThat(said.text("observedAddr")).startsWith("/ip4/127.0.0.1/tcp/");
    assertThat(said.text("agentVersion")).startsWith("dds/");
  }

  @Test
  void weIdentifyIt() {
    Host host = hosts.listening();
    PeerId peer = OurHosts.idOf(js);
    var identified = host.events().ofType(HostEvent.Identified.class).next().cache();
    identified.subscribe();

    OurHosts.connect(host, js);
    identified.block(OurHosts.LIMIT);

    JsonObject own = js.ask("id");
    assertThat(host.peerStore().publicKey(peer).orElseThrow().encode())
        .asHexString()
        .isEqualToIgnoringCase(own.text("publicKey"));
    assertThat(host.peerStore().protocols(peer))
        .containsExactlyInAnyOrderElementsOf(own.texts("protocols"));
    assertThat(host.peerStore().agentVersion(peer))
        .hasValueSatisfying(agent -> assertThat(agent).startsWith("js-libp2p/"));
    assertThat(host.peerStore().addresses(peer))
        .contains(Multiaddr.parse(js.address()).withoutPeerId());
  }

  @Test
  void itLearnsOfAProtocolThatWeServeLater() {
    Host host = hosts.listening();
    OurHosts.connect(host, js);
    js.ask("peerInfo", "peer", host.id().toString());

    var served = host.handle("/dds-test/later/1.0.0", stream -> stream.closeWrite());
    js.ask("peerInfo", "peer", host.id().toString(), "protocol", "/dds-test/later/1.0.0");
    served.dispose();

    js.ask("peerInfo", "peer", host.id().toString(), "without", "/dds-test/later/1.0.0");
  }

  @Test
  void weLearnOfAProtocolThatItServesLater() {
    Host host = hosts.listening();
    OurHosts.connect(host, js);
    PeerId peer = OurHosts.idOf(js);
    Await.until("identified", () -> host.peerStore().protocols(peer).contains(TestProtocols.ECHO));

    js.ask("neverRead", "protocol", "/dds-test/later/2.0.0");
    Await.until("told", () -> host.peerStore().protocols(peer).contains("/dds-test/later/2.0.0"));
    js.ask("unhandle", "protocol", "/dds-test/later/2.0.0");

    Await.until(
        "told that it is gone",
        () -> !host.peerStore().protocols(peer).contains("/dds-test/later/2.0.0"));
  }

  @Test
  void aConnectionThatEitherEndClosesIsGoneAtBoth() {
    Host host = hosts.listening();
    Connection first = OurHosts.connect(host, js);
    js.ask("awaitConnection", "peer", host.id().toString());
    first.close().block(OurHosts.LIMIT);
    js.ask("awaitConnection", "peer", host.id().toString(), "connected", false);

    for (boolean abrupt : new boolean[] {false, true}) {
      Connection next = OurHosts.connect(host, js);
      js.ask("awaitConnection", "peer", host.id().toString());
      js.ask("disconnect", "peer", host.id().toString(), "abrupt", abrupt);
      next.onClose().block(OurHosts.LIMIT);
    }
    Await.until("no connection is left", () -> host.connections().isEmpty());
  }
}
