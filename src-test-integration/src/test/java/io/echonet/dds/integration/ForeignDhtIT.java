package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.kad.KadConfig;
import io.echonet.dds.transport.kad.KadMode;
import io.echonet.dds.transport.kad.KademliaDht;
import io.echonet.dds.transport.testing.Await;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

/**
 * A DHT of js-libp2p's nodes and ours. The one who provides and the one who searches know of each
 * other only by a third, which serves the DHT.
 */
@WithForeignPeers
class ForeignDhtIT {
  private static final AtomicInteger KEYS = new AtomicInteger();

  @RegisterExtension private static final Processes SHARED = Processes.ofClass();
  private static ForeignPeer jsServer;
  private static ForeignPeer js;

  @RegisterExtension private final OurHosts hosts = new OurHosts();

  private final Multihash key = newKey();
  private final String keyHex = HexFormat.of().formatHex(key.bytes());

  private static Multihash newKey() {
    String name = "key " + KEYS.incrementAndGet();
    return Multihash.of(Multihash.SHA2_256, PseudoRandom.newSha256().digest(name.getBytes(UTF_8)));
  }

  @BeforeAll
  static void startPeers() {
    jsServer = ForeignPeer.start(SHARED);
    js = ForeignPeer.start(SHARED);
  }

  /** A node of ours that serves the DHT. */
  private record Node(Host host, KademliaDht dht) {}

  /** One that begins with {@code address}. */
  private Node joinBy(String address) {
    Host host = hosts.listening();
    return new Node(host, hosts.dht(host, KadMode.SERVER, address));
  }

  /** One that others begin with; its address. */
  private String ourServer() {
    Host server = hosts.listening();
    hosts.dht(server, KadMode.SERVER);
    return OurHosts.address(server);
  }

  private static void jsJoinsBy(String address) {
    js.ask("dial", "to", address);
    String server = Multiaddr.parse(address).peerId().orElseThrow().toString();
    js.ask("peerInfo", "peer", server, "protocol", KadConfig.DDS_PROTOCOL);
    js.ask("awaitRoutingTable", "peer", server, "timeout", 30_000);
  }

  @Test
  void weFindWhatItProvidesByItsServer() {
    jsJoinsBy(jsServer.address());
    js.ask("provide", "key", keyHex);

    weFindJs(joinBy(jsServer.address()));
  }

  @Test
  void weFindWhatItProvidesByOurServer() {
    String server = ourServer();
    jsJoinsBy(server);
    js.ask("provide", "key", keyHex);

    weFindJs(joinBy(server));
  }

  private void weFindJs(Node us) {
    List<PeerInfo> found = us.dht().findProviders(key, 10).collectList().block(OurHosts.LIMIT);
    assertThat(found)
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.id()).isEqualTo(OurHosts.idOf(js));
              assertThat(peer.addresses()).contains(Multiaddr.parse(js.address()).withoutPeerId());
            });
  }

  @Test
  void itFindsWhatWeProvideByItsServer() {
    jsJoinsBy(jsServer.address());
    Node us = joinBy(jsServer.address());

    assertThat(us.dht().provide(key).block(OurHosts.LIMIT)).isPositive();

    jsFinds(us.host());
  }

  @Test
  void itFindsWhatWeProvideByOurServer() {
    String server = ourServer();
    jsJoinsBy(server);
    Node us = joinBy(server);

    assertThat(us.dht().provide(key).block(OurHosts.LIMIT)).isPositive();

    jsFinds(us.host());
  }

  private void jsFinds(Host host) {
    JsonObject found = js.ask("findProviders", "key", keyHex);
    assertThat(found.objects("providers"))
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.text("peerId")).isEqualTo(host.id().toString());
              assertThat(peer.texts("addrs")).contains(host.announcedAddresses().get(0).toString());
            });
    // It goes on asking the nodes of earlier tests, and may find us where one of them has been.
    assertThat(found.texts("errors"))
        .noneMatch(error -> error.startsWith(host.id().toString() + ":"));
  }

  @Test
  void theServersKeepTheRecordsOfEither() {
    String server = ourServer();
    jsJoinsBy(server);
    Node us = joinBy(jsServer.address());
    PeerId serverId = Multiaddr.parse(server).peerId().orElseThrow();

    js.ask("provide", "key", keyHex);
    us.dht().provide(key).block(OurHosts.LIMIT);

    assertThat(jsServer.ask("dhtHeld", "key", keyHex).texts("providers"))
        .contains(us.host().id().toString());
    JsonObject answer =
        js.ask("dhtAsk", "peer", serverId.toString(), "type", "GET_PROVIDERS", "key", keyHex);
    assertThat(answer.objects("providers"))
        .extracting(peer -> peer.text("peerId"))
        .contains(js.peerId());
  }

  @Test
  void manyKeysThatWeProvideTogetherAreAllFound() {
    jsJoinsBy(jsServer.address());
    Node us = joinBy(jsServer.address());
    List<Multihash> keys = Stream.generate(ForeignDhtIT::newKey).limit(200).toList();

    assertThat(us.dht().provideAll(Flux.fromIterable(keys)).collectList().block(OurHosts.LIMIT))
        .hasSize(200)
        .allSatisfy(provided -> assertThat(provided.peers()).isPositive());

    for (int i : new int[] {0, 99, 199}) {
      JsonObject found =
          js.ask("findProviders", "key", HexFormat.of().formatHex(keys.get(i).bytes()));
      assertThat(found.objects("providers")).hasSize(1);
    }
  }

  @Test
  void peersAreFoundByTheirIds() {
    jsJoinsBy(jsServer.address());
    Node us = joinBy(jsServer.address());

    PeerInfo found = requireNonNull(us.dht().findPeer(OurHosts.idOf(js)).block(OurHosts.LIMIT));
    assertThat(found.addresses()).contains(Multiaddr.parse(js.address()).withoutPeerId());

    JsonObject theirs = js.ask("findPeer", "peer", us.host().id().toString());
    assertThat(theirs.object("found").texts("addrs"))
        .contains(us.host().announcedAddresses().get(0).toString());
  }

  @Test
  void itAdmitsOurServersToItsTableAndNotOurClients() {
    Node us = joinBy(jsServer.address());
    jsServer.ask("awaitRoutingTable", "peer", us.host().id().toString());

    Host clientHost = hosts.silent(HostConfig.defaults());
    KademliaDht client = hosts.dht(clientHost, KadMode.CLIENT, jsServer.address());
    Await.until("the client knows peers", () -> client.knownPeers() > 0);
    JsonObject said = jsServer.ask("peerInfo", "peer", clientHost.id().toString());

    assertThat(said.texts("protocols")).doesNotContain(KadConfig.DDS_PROTOCOL);
    assertThat(jsServer.ask("routingTable").texts("peers"))
        .doesNotContain(clientHost.id().toString());
  }

  @Test
  void aRecordForSomebodyElseIsNotKept() {
    String server = ourServer();
    jsJoinsBy(server);
    String serverId = Multiaddr.parse(server).peerId().orElseThrow().toString();
    var stranger = Map.of("peerId", jsServer.peerId(), "addrs", List.of("/ip4/127.0.0.1/tcp/4001"));
    var itself = Map.of("peerId", js.peerId(), "addrs", List.of("/ip4/127.0.0.1/tcp/4001"));

    for (var provider : List.of(stranger, itself)) {
      js.ask(
          "dhtAsk",
          "peer",
          serverId,
          "type",
          "ADD_PROVIDER",
          "key",
          keyHex,
          "providers",
          List.of(provider));
    }

    Await.until("its own record is kept", () -> providersHeldBy(serverId).contains(js.peerId()));
    assertThat(providersHeldBy(serverId)).containsExactly(js.peerId());
  }

  private List<String> providersHeldBy(String server) {
    return js
        .ask("dhtAsk", "peer", server, "type", "GET_PROVIDERS", "key", keyHex)
        .objects("providers")
        .stream()
        .map(peer -> peer.text("peerId"))
        .toList();
  }

  @Test
  void strangeMessagesLeaveOurServerServing() {
    String server = ourServer();
    jsJoinsBy(server);
    String protocol = KadConfig.DDS_PROTOCOL;

    JsonObject garbage =
        js.ask(
            "request", "to", server, "protocol", protocol, "hex", "05ffffffffff", "timeout", 5_000);
    // A length of 2^40.
    JsonObject huge =
        js.ask(
            "request", "to", server, "protocol", protocol, "hex", "808080808020", "timeout", 5_000);
    JsonObject cutOff =
        js.ask("request", "to", server, "protocol", protocol, "hex", "200801", "timeout", 5_000);

    for (JsonObject answer : List.of(garbage, huge, cutOff)) {
      assertThat(answer.number("bytes")).isZero();
      assertThat(answer.text("status")).isNotEqualTo("open");
    }
    String id = Multiaddr.parse(server).peerId().orElseThrow().toString();
    assertThat(js.ask("dhtAsk", "peer", id, "type", "PING").text("type")).isEqualTo("PING");
  }
}
