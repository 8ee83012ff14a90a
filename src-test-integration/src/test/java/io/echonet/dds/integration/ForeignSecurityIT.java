package io.echonet.dds.integration;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.KeyType;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Security;
import io.echonet.dds.transport.ping.Ping;
import io.echonet.dds.transport.ping.PingConfig;
import io.echonet.dds.transport.testing.Await;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What must go with js-libp2p by each kind of security, with the keys that peers have. */
@WithForeignPeers
@ParameterizedClass
@EnumSource
class ForeignSecurityIT {
  private static final int MIB = 1 << 20;

  @RegisterExtension private static final Processes SHARED = Processes.ofClass();

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
    js = start(KeyType.ED25519);
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
    Connection connection = OurHosts.connect(hosts.listening(config), js);
    Ping ping =
        new Ping(PingConfig.defaults(), Schedulers.parallel(), new Random(), System::nanoTime);

    assertThat(
            ping.repeatedly(connection, Duration.ZERO).take(3).collectList().block(OurHosts.LIMIT))
        .hasSize(3);
  }

  @Test
  void bytesAreEchoedBothWays() {
    Host host = hosts.listening(config);
    TestProtocols.serveEcho(host);
    Connection connection = OurHosts.connect(host, js);

    // A dialler that speaks TLS is done before the one dialled.
    js.ask("awaitConnection", "peer", host.id().toString());
    JsonObject theirs = js.ask("echo", "to", host.id().toString(), "bytes", 8 * MIB);
    Stream stream = TestProtocols.open(connection, TestProtocols.ECHO);
    Mono<Void> sent =
        stream
            .send(TestProtocols.pseudoRandom(3, 8L * MIB, new AtomicLong()))
            .then(stream.closeWrite());
    Long echoed =
        requireNonNull(
                Mono.zip(sent.thenReturn(true), TestProtocols.check(stream, 3))
                    .block(OurHosts.LIMIT))
            .getT2();

    assertThat(theirs.number("bytes")).isEqualTo(8L * MIB);
    assertThat(echoed).isEqualTo(8L * MIB);
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
