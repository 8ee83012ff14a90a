package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.kad.KadNetwork.Node;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Joining by peers of old, where nobody whose address was given is there. */
class BootstrapTest {
  private static final KadConfig CONFIG = KadConfig.defaults();
  private static final Multiaddr NOBODY = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");

  private final KadNetwork network = new KadNetwork(77);
  private final Node node = network.add(CONFIG, KadMode.SERVER);

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void aNodeWhoseBootstrapPeersAreGoneJoinsByAPeerItRemembers() {
    List<Node> nodes = network.join(4, CONFIG);
    remember(nodes.get(2).host());

    assertThat(network.get(node.dht().bootstrap(List.of(NOBODY))))
        .isEqualTo(new BootstrapResult(2, 1, 4));
  }

  @Test
  void aNodeThatWasToldOfNobodyJoinsByAPeerItRemembers() {
    List<Node> nodes = network.join(4, CONFIG);
    remember(nodes.get(2).host());

    assertThat(network.get(node.dht().bootstrap(List.of())))
        .isEqualTo(new BootstrapResult(1, 1, 4));
  }

  @Test
  void whereABootstrapPeerAnswersNobodyElseIsTried() {
    List<Node> nodes = network.join(4, CONFIG);
    Host remembered = network.newHost();
    remember(remembered);

    assertThat(network.get(node.dht().bootstrap(List.of(nodes.get(0).address()))))
        .isEqualTo(new BootstrapResult(1, 1, 4));
    assertThat(remembered.connections()).isEmpty();
  }

  @Test
  void peersThatDidNotSpeakTheProtocolAreNotTried() {
    Host another = network.newHost();
    remember(another);
    node.host().peerStore().setProtocols(another.id(), List.of("/another/1.0.0"));

    assertThat(network.get(node.dht().bootstrap(List.of())))
        .isEqualTo(new BootstrapResult(0, 0, 0));
    assertThat(another.connections()).isEmpty();
  }

  @Test
  void ofManyTheMostReliableAreTried() {
    List<Node> nodes = network.join(2, CONFIG);
    for (int i = 0; i < 50; i++) {
      PeerId gone = RandomPeers.contact(network.random()).peer();
      remember(gone, List.of(NOBODY));
      node.host().peerStore().addFailure(gone);
    }
    remember(nodes.get(0).host());
    node.host().peerStore().addSuccess(nodes.get(0).id());

    assertThat(network.get(node.dht().bootstrap(List.of())))
        .isEqualTo(new BootstrapResult(16, 1, 2));
  }

  @Test
  void peersOfOldThatAreNotThereYetAreTriedAgain() {
    Identity identity = Identity.generate(network.random());
    Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");
    remember(identity.peerId(), List.of(address));
    assertThat(network.get(node.dht().bootstrap(List.of())))
        .isEqualTo(new BootstrapResult(1, 0, 0));

    Host late = network.links().newSilentHost(identity);
    network.add(late, CONFIG, KadMode.SERVER);
    network.run(late.listen(address));
    network.pass(Duration.ofMinutes(3));

    assertThat(node.dht().knownPeers()).isEqualTo(1);
  }

  private void remember(Host peer) {
    remember(peer.id(), peer.announcedAddresses());
  }

  private void remember(PeerId peer, List<Multiaddr> addresses) {
    node.host().peerStore().addAddresses(peer, addresses, Duration.ofDays(7));
    node.host().peerStore().setProtocols(peer, List.of(CONFIG.protocol()));
  }
}
