package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static io.echonet.dds.transport.testing.HostContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.ListenException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.dns.ResolverConfig;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.DnsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Dials to names, by a name server of the test's own. */
class DialByNameTest {
  private final DnsServer server = DnsServer.start();
  private final ResolverConfig resolver =
      ResolverConfig.defaults()
          .withNameServers(List.of(server.address()))
          .withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));
  private final List<Host> hosts = new ArrayList<>();

  @AfterEach
  void close() {
    Flux.fromIterable(hosts).flatMap(Host::close, 16, 1).blockLast(TIMEOUT);
    server.close();
  }

  private Host newHost() {
    return newHost(resolver);
  }

  private Host newHost(ResolverConfig names) {
    return newHost(DialConfig.defaults().withTimeout(Duration.ofSeconds(25)).withResolver(names));
  }

  private Host newHost(DialConfig dialing) {
    HostConfig config = HostConfig.defaults().withEventLoops(1).withDialing(dialing);
    Host host = await(Hosts.create(Identity.generate(), config));
    hosts.add(host);
    await(host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
    return host;
  }

  private static String port(Host host) {
    return host.listenAddresses().get(0).value(MultiaddrProtocol.TCP).orElseThrow();
  }

  private static void assertFails(Mono<?> dial, String... reasons) {
    StepVerifier.create(dial)
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(DialException.class)
                    .hasMessageContainingAll(reasons))
        .verify(TIMEOUT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/dns/localhost", "/dns4/localhost", "/dns4/peer.example", "/dns/peer.example"})
  void aPeerIsReachedByName(String name) {
    server.addresses("peer.example", "127.0.0.1");
    Host host = newHost();
    Host peer = newHost();
    Multiaddr address = Multiaddr.parse(name + "/tcp/" + port(peer) + "/p2p/" + peer.id());

    Connection connection = await(host.connect(address));

    assertThat(connection.remotePeer()).isEqualTo(peer.id());
    assertThat(connection.remoteAddress()).isEqualTo(peer.listenAddresses().get(0));
    assertThat(await(host.connect(address))).isSameAs(connection);
    assertThat(await(host.connect(address.withoutPeerId()))).isSameAs(connection);
  }

  @Test
  void aPeerIsReachedByTheLinksOfADomain() {
    Host host = newHost();
    Host peer = newHost();
    Host other = newHost();
    server.links(
        "network.example",
        "/dnsaddr/other.example/p2p/" + other.id(),
        "/dnsaddr/peer.example/p2p/" + peer.id());
    server.links("peer.example", "/dns4/ip.peer.example/tcp/" + port(peer) + "/p2p/" + peer.id());
    server.addresses("ip.peer.example", "127.0.0.1");
    Multiaddr link = Multiaddr.parse("/dnsaddr/network.example/p2p/" + peer.id());

    assertThat(await(host.connect(link)).remotePeer()).isEqualTo(peer.id());
    assertThat(server.questions())
        .containsExactly(
            "TXT _dnsaddr.network.example", "TXT _dnsaddr.peer.example", "A ip.peer.example");
    host.peerStore().addAddresses(other.id(), List.of(link.withoutPeerId()), Duration.ofHours(1));
    server.links("other.example", other.listenAddresses().get(0).withPeerId(other.id()).toString());
    assertThat(await(host.connect(other.id())).remotePeer()).isEqualTo(other.id());
  }

  @Test
  void whoeverADomainNamesMustProveIt() {
    Host host = newHost();
    Host peer = newHost();
    PeerId claimed = Identity.generate().peerId();
    server.links("a.example", peer.listenAddresses().get(0).withPeerId(claimed).toString());

    assertFails(
        host.connect(Multiaddr.parse("/dnsaddr/a.example")),
        "/dnsaddr/a.example",
        peer.listenAddresses().get(0).toString(),
        claimed.toString());
    assertThat(host.connections()).isEmpty();
  }

  @Test
  void aDeadAddressBehindANameDelaysALiveOneByTheStaggerOnly() {
    Host host = newHost();
    Host peer = newHost();
    // Nobody listens on that one, and the refusal lets the next join in at once.
    server.addresses("peer.example", "127.0.0.9", "127.0.0.1");

    Connection connection =
        await(host.connect(Multiaddr.parse("/dns4/peer.example/tcp/" + port(peer))));

    assertThat(connection.remotePeer()).isEqualTo(peer.id());
  }

  @Test
  void aNameIsNotAskedForWhereAnAddressAnswers() {
    Host host =
        newHost(DialConfig.defaults().withStagger(Duration.ofHours(1)).withResolver(resolver));
    Host peer = newHost();
    Multiaddr name = Multiaddr.parse("/dns4/peer.example/tcp/1");
    host.peerStore().addAddresses(peer.id(), peer.listenAddresses(), Duration.ofHours(2));
    host.peerStore().addAddresses(peer.id(), List.of(name), Duration.ofHours(1));
    assertThat(host.peerStore().addresses(peer.id())).hasSize(2);

    await(host.connect(peer.id()));

    assertThat(server.questions()).isEmpty();
  }

  @Test
  void failuresNameTheAddressAndTheReason() {
    Host host = newHost();
    server.addresses("dead.example", "127.0.0.1");
    server.texts("_dnsaddr.rubbish.example", "rubbish", "dnsaddr=/rubbish");
    server.links("loop.example", "/dnsaddr/loop.example");
    Host gone = newHost();
    String port = port(gone);
    gone.close().block(TIMEOUT);

    assertFails(
        host.connect(Multiaddr.parse("/dns/none.example/tcp/1")),
        "/dns/none.example/tcp/1: there is no name 'none.example'");
    assertFails(
        host.connect(Multiaddr.parse("/dns4/a..b/tcp/1")),
        "/dns4/a..b/tcp/1: 'a..b' is no domain name");
    assertFails(
        host.connect(Multiaddr.parse("/dnsaddr/rubbish.example")),
        "/dnsaddr/rubbish.example: none of the 2 TXT records");
    assertFails(
        host.connect(Multiaddr.parse("/dnsaddr/loop.example")),
        "/dnsaddr/loop.example: 'loop.example' leads back to itself");
    assertFails(
        host.connect(Multiaddr.parse("/dns4/dead.example/tcp/" + port)),
        "/dns4/dead.example/tcp/" + port + ": ",
        "/ip4/127.0.0.1/tcp/" + port + ": connection refused");
  }

  @Test
  void theBackOffIsThatOfTheAddressBehindTheName() {
    Host gone = newHost();
    Multiaddr address = gone.listenAddresses().get(0);
    String port = port(gone);
    gone.close().block(TIMEOUT);
    Host host =
        newHost(DialConfig.defaults().withBackOff(Duration.ofHours(1)).withResolver(resolver));
    server.addresses("peer.example", "127.0.0.1");
    PeerId peer = gone.id();
    host.peerStore().addAddresses(peer, List.of(address), Duration.ofHours(1));
    assertFails(host.connect(peer), "refused");
    Multiaddr name = Multiaddr.parse("/dns4/peer.example/tcp/" + port);
    host.peerStore().addAddresses(peer, List.of(name), Duration.ofHours(1));

    assertFails(host.connect(peer), "failed a moment ago", name + ": it leads to nothing");
  }

  @Test
  void hearsayOfAThousandNamesCostsFewQuestions() {
    Host host = newHost();
    PeerId peer = Identity.generate().peerId();
    host.peerStore()
        .addAddresses(
            peer,
            IntStream.range(0, 1_000)
                .mapToObj(i -> Multiaddr.parse("/dns/" + i + ".example/tcp/1"))
                .toList(),
            Duration.ofHours(1));

    assertFails(host.connect(peer), "more than 16 questions for one dial");

    assertThat(server.questions()).hasSize(16);
  }

  @Test
  void soManyNamesAreResolvedAtATimeAndSoManyWait() {
    Host host = newHost(resolver.withMaxConcurrent(2, 3));
    List<Mono<Connection>> dials = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      server.keepsSilentAbout(i + ".example");
      dials.add(host.connect(Multiaddr.parse("/dns4/" + i + ".example/tcp/1")));
    }
    List<Disposable> dialling =
        dials.subList(0, 5).stream().map(dial -> dial.subscribe(c -> {}, e -> {})).toList();

    assertFails(dials.get(5), "3 resolutions wait already");
    Await.until("two are asked for", () -> server.questions().size() == 2);
    dialling.get(0).dispose();

    Await.until("the next is", () -> server.questions().size() == 3);
    assertThat(server.questions()).containsExactly("A 0.example", "A 1.example", "A 2.example");
    dialling.forEach(Disposable::dispose);
  }

  @Test
  void closingEndsQuestionsUnderWay() {
    Host host = newHost();
    server.keepsSilentAbout("slow.example");
    Mono<?> dial = host.connect(Multiaddr.parse("/dns4/slow.example/tcp/1")).cache();
    Disposable dialling = dial.subscribe(connection -> {}, failure -> {});
    Await.until("it is asked for", () -> !server.questions().isEmpty());

    host.close().block(TIMEOUT);

    StepVerifier.create(dial).expectError(DialException.class).verify(TIMEOUT);
    dialling.dispose();
  }

  @Test
  void aNameIsNotListenedOn() {
    Host host = newHost();

    StepVerifier.create(host.listen(Multiaddr.parse("/dns4/localhost/tcp/0")))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(ListenException.class)
                    .hasMessageContaining("/dns4/localhost/tcp/0: it is a name"))
        .verify(TIMEOUT);
  }
}
