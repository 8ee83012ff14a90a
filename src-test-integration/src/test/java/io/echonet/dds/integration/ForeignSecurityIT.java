package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.KeyType;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Security;
import io.echonet.dds.transport.kad.KadMode;
import io.echonet.dds.transport.kad.KademliaDht;
import io.echonet.dds.transport.ping.Ping;
import io.echonet.dds.transport.ping.PingConfig;
import io.echonet.dds.transport.testing.Await;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Schedulers;

/** What must go with js-libp2p by each kind of security, with the keys that peers have. */
@WithForeignPeers
@ParameterizedClass
@EnumSource
class ForeignSecurityIT {
  @RegisterExtension private static final Processes SHARED = Processes.ofClass();
  private static final Map<Security, ForeignPeer> PEERS = new EnumMap<>(Security.class);

  @RegisterExtension private final OurHosts hosts = new OurHosts();

  private final Security security;
  private final HostConfig config;
  private ForeignPeer js;

  ForeignSecurityIT(Security security) {
    this.security = security;
    this.config = HostConfig.defaults().withSecurity(List.of(security));
  }

  @BeforeEach
  void startPeer() {
    js = PEERS.computeIfAbsent(security, first -> start(KeyType.ED25519));
  }

  private ForeignPeer start(KeyType key) {
    return ForeignPeer.start(
        SHARED, "--dht", "none", "--security", lower(security), "--key", lower(key));
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  private String protocol() {
    return security == Security.TLS ? "/tls/1.0.0" : "/noise";
  }

  /** js-libp2p has no peers with ECDSA keys. */
  @ParameterizedTest
  @EnumSource(names = {"ED25519", "RSA", "SECP256K1"})
  void peersWithEveryKindOfKeyMeetBothWays(KeyType key) {
    ForeignPeer peer = key == KeyType.ED25519 ? js : start(key);
    Host dialling = hosts.listening(config, Identity.generate(key));
    Host dialled = hosts.listening(config, Identity.generate(key));

    Connection connection = OurHosts.connect(dialling, peer);
    JsonObject seen = peer.ask("dial", "to", OurHosts.address(dialled));

    assertThat(connection.remotePeer()).isEqualTo(OurHosts.idOf(peer));
    assertThat(seen.text("encryption")).isEqualTo(protocol());
    assertThat(seen.text("multiplexer")).isEqualTo("/yamux/1.0.0");
    for (Host host : List.of(dialling, dialled)) {
      String id = host.id().toString();
      peer.ask("awaitConnection", "peer", id);
      assertThat(peer.ask("ping", "to", id).number("ms")).isNotNegative();
      assertThat(peer.ask("peerInfo", "peer", id).text("publicKey"))
          .isEqualTo(HexFormat.of().formatHex(host.identity().publicKey().encode()));
    }
    Await.until(
        "it has told us its addresses, signed",
        () ->
            dialled
                .peerStore()
                .addresses(OurHosts.idOf(peer))
                .contains(Multiaddr.parse(peer.address()).withoutPeerId()));
  }

  @Test
  void wePingIt() {
    Host host = hosts.listening(config);
    Connection connection = OurHosts.connect(host, js);
    Ping ping =
        new Ping(
            PingConfig.defaults(),
            host.peerStore(),
            Schedulers.parallel(),
            new Random(),
            System::nanoTime);

    assertThat(
            ping.repeatedly(connection, Duration.ZERO).take(3).collectList().block(OurHosts.LIMIT))
        .hasSize(3);
  }

  @Test
  void eachIdentifiesTheOther() {
    Host host = hosts.listening(config);
    TestProtocols.serveEcho(host);
    OurHosts.connect(host, js);

    JsonObject said = js.ask("peerInfo", "peer", host.id().toString());
    PeerId peer = OurHosts.idOf(js);
    // What comes last of all that is noted.
    Await.until("identified", () -> !host.peerStore().protocols(peer).isEmpty());

    assertThat(new TreeSet<>(said.texts("protocols"))).isEqualTo(new TreeSet<>(host.protocols()));
    assertThat(said.object("signedPeerRecord").texts("addrs"))
        .containsExactlyElementsOf(
            host.listenAddresses().stream().map(Multiaddr::toString).toList());
    assertThat(host.peerStore().agentVersion(peer).orElseThrow()).startsWith("js-libp2p/");
    assertThat(host.peerStore().protocols(peer))
        .containsExactlyInAnyOrderElementsOf(js.ask("id").texts("protocols"));
  }

  @Test
  void eachFindsInTheDhtWhatTheOtherProvides() {
    ForeignPeer member = ForeignPeer.start(SHARED, "--security", lower(security));
    Host server = hosts.listening(config);
    hosts.dht(server, KadMode.SERVER);
    member.ask("dial", "to", OurHosts.address(server));
    member.ask("awaitRoutingTable", "peer", server.id().toString(), "timeout", 30_000);
    Host us = hosts.listening(config);
    KademliaDht dht = hosts.dht(us, KadMode.SERVER, OurHosts.address(server));
    Multihash theirs = key("theirs");
    Multihash ours = key("ours");

    member.ask("provide", "key", HexFormat.of().formatHex(theirs.bytes()));
    assertThat(dht.provide(ours).block(OurHosts.LIMIT)).isPositive();

    assertThat(dht.findProviders(theirs, 10).collectList().block(OurHosts.LIMIT))
        .extracting(PeerInfo::id)
        .containsExactly(OurHosts.idOf(member));
    JsonObject found =
        member.ask("findProviders", "key", HexFormat.of().formatHex(ours.bytes()), "max", 1);
    assertThat(found.objects("providers"))
        .extracting(peer -> peer.text("peerId"))
        .containsExactly(us.id().toString());
  }

  private static Multihash key(String name) {
    return Multihash.of(Multihash.SHA2_256, PseudoRandom.newSha256().digest(name.getBytes(UTF_8)));
  }

  @Test
  void anotherPeerThanTheOneDialledIsRefused() {
    Host host = hosts.listening(config);
    Host other = hosts.listening(config);
    String wrong = Multiaddr.parse(OurHosts.address(host)).withPeerId(other.id()).toString();

    assertThat(js.askInVain("dial", "to", wrong)).hasMessageContaining("ok=false");
    Await.until("no connection is left", () -> host.connections().isEmpty());
  }
}
