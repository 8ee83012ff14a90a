package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.kad.KadNetwork.Node;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.echonet.dds.transport.testing.Link;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KadServerTest {
  private static final KadConfig CONFIG = KadConfig.defaults();

  private final KadNetwork network = new KadNetwork(23);
  private final List<Node> nodes = network.join(4, CONFIG);
  private final Node server = nodes.get(0);
  private final Host asker = network.newHost();
  private final Multihash key = RandomPeers.multihash(network.random());

  KadServerTest() {
    InMemoryNetwork.introduce(asker, server.host());
  }

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void requestsOfOneStreamAreAnsweredInTheirOrder() {
    KadStream stream = open();
    stream.send(
        KadRequest.GetProviders.of(key), new KadRequest.Ping(), KadRequest.FindNode.of(key));

    assertThat(stream.responses())
        .extracting(KadResponse::type)
        .containsExactly(
            KadMessageType.GET_PROVIDERS, KadMessageType.PING, KadMessageType.FIND_NODE);
    assertThat(stream.ended()).isFalse();

    stream.halfClose();
    assertThat(stream.ended()).isTrue();
    assertThat(stream.failure()).isNull();
  }

  @Test
  void aRequestMayComeByteByByteAndItsStreamBeHalfClosedAtOnce() {
    network.links().setDefaultLink(Link.PERFECT.withMaxFrameBytes(1));
    KadStream stream = open();

    stream.send(KadRequest.FindNode.of(key)).halfClose();

    assertThat(stream.onlyResponse().closer()).hasSize(3);
    assertThat(stream.ended()).isTrue();
  }

  @Test
  void theNearestPeersAreToldButNotWhoAsksNorWhoAnswers() {
    KadStream stream = KadStream.open(network, nodes.get(1).host(), server.id());
    stream.send(KadRequest.FindNode.of(key));

    assertThat(stream.onlyResponse().closer())
        .containsExactlyInAnyOrder(info(nodes.get(2)), info(nodes.get(3)));
  }

  @Test
  void aPeerLookedUpByItsIdIsToldFirstEvenIfItAsksOrAnswersOrServesNothing() {
    KadStream stream = open();
    stream.send(
        KadRequest.FindNode.of(server.id()),
        KadRequest.FindNode.of(asker.id()),
        KadRequest.FindNode.of(nodes.get(2).id()));

    List<KadResponse> responses = stream.responses();
    assertThat(responses)
        .extracting(r -> r.closer().get(0).id())
        .containsExactly(server.id(), asker.id(), nodes.get(2).id());
    assertThat(responses.get(0).closer().get(0)).isEqualTo(info(server));
    assertThat(responses.get(1).closer().get(0).addresses()).isEqualTo(asker.announcedAddresses());
    assertThat(responses)
        .allSatisfy(
            response ->
                assertThat(response.closer()).extracting(PeerInfo::id).doesNotHaveDuplicates());
  }

  @Test
  void oddKeysAreAnswered() {
    KadStream stream = open();
    for (byte[] odd : List.of(new byte[0], new byte[1], new byte[81], new byte[50_000])) {
      stream.send(
          new KadRequest.FindNode(ByteString.copyFrom(odd)),
          new KadRequest.GetProviders(ByteString.copyFrom(odd)),
          new KadRequest.GetValue(ByteString.copyFrom(odd)));
    }

    // A key that would fill the answer alone is echoed and nothing else fits.
    List<KadResponse> responses = stream.responses();
    assertThat(responses).hasSize(12);
    assertThat(responses.subList(0, 9))
        .allSatisfy(response -> assertThat(response.closer()).hasSize(3));
    assertThat(stream.failure()).isNull();
  }

  @Test
  void anAnnouncementIsKeptAndNotAnswered() {
    KadStream stream = open();
    stream.send(KadRequest.AddProvider.of(key, self()), KadRequest.GetProviders.of(key));

    assertThat(stream.onlyResponse().providers()).containsExactly(self());
    assertThat(server.dht().providerRecords()).isEqualTo(1);
  }

  @Test
  void nobodyAnnouncesForAnother() {
    PeerInfo another = info(nodes.get(1));
    KadStream stream = open();
    stream.send(KadRequest.AddProvider.of(key, another));

    assertThat(stream.failure()).isInstanceOf(StreamResetException.class);
    assertThat(server.dht().providerRecords()).isZero();

    KadStream both = open();
    both.send(
        new KadRequest.AddProvider(ByteString.copyFrom(key.bytes()), List.of(another, self())),
        KadRequest.GetProviders.of(key));
    assertThat(both.onlyResponse().providers()).containsExactly(self());
  }

  @Test
  void announcementsWithoutAddressOrWithAKeyThatIsNoMultihashAreRefused() {
    List<KadRequest> refused =
        List.of(
            KadRequest.AddProvider.of(key, new PeerInfo(asker.id(), List.of())),
            new KadRequest.AddProvider(ByteString.copyFrom(key.bytes()), List.of()),
            new KadRequest.AddProvider(ByteString.EMPTY, List.of(self())),
            new KadRequest.AddProvider(ByteString.copyFromUtf8("what?"), List.of(self())),
            KadRequest.AddProvider.of(Multihash.of(Multihash.IDENTITY, new byte[100]), self()));

    for (KadRequest request : refused) {
      KadStream stream = open();
      stream.send(request);
      assertThat(stream.failure()).as("%s", request).isInstanceOf(StreamResetException.class);
    }
    assertThat(server.dht().providerRecords()).isZero();
  }

  @Test
  void aPublicKeyIsKeptEchoedAndServed() {
    Identity somebody = Identity.generate(network.random());
    ByteString name = PublicKeyValidator.key(somebody.peerId());
    ByteString value = ByteString.copyFrom(somebody.publicKey().encode());

    KadStream stream = open();
    stream.send(put(name, value), new KadRequest.GetValue(name));

    assertThat(stream.responses())
        .extracting(KadResponse::type, response -> response.record().orElseThrow().value())
        .containsExactly(
            tuple(KadMessageType.PUT_VALUE, value), tuple(KadMessageType.GET_VALUE, value));
    assertThat(stream.responses().get(1).closer()).hasSize(3);
    assertThat(server.dht().valueRecords()).isEqualTo(1);
  }

  @Test
  void theKeysOfKnownPeersAreServedThoughNobodyPutThem() {
    KadStream stream = open();
    stream.send(new KadRequest.GetValue(PublicKeyValidator.key(nodes.get(1).id())));

    assertThat(stream.onlyResponse().record().orElseThrow().value().toByteArray())
        .isEqualTo(nodes.get(1).host().identity().publicKey().encode());
  }

  @Test
  void valuesThatAreNotValidUnderTheirKeyAreRefused() {
    Identity somebody = Identity.generate(network.random());
    ByteString name = PublicKeyValidator.key(somebody.peerId());
    ByteString value = ByteString.copyFrom(somebody.publicKey().encode());
    ByteString others = ByteString.copyFrom(asker.identity().publicKey().encode());
    List<KadRequest> refused =
        List.of(
            put(name, others),
            put(name, ByteString.copyFrom(new byte[20_000])),
            put(name, ByteString.EMPTY),
            put(name.concat(name), value),
            put(ByteString.copyFromUtf8("/pk/"), value),
            put(ByteString.copyFromUtf8("/unknown/x"), value),
            put(ByteString.copyFromUtf8("pk/x"), value),
            put(ByteString.copyFromUtf8("/pk"), value),
            put(ByteString.EMPTY, value));

    for (KadRequest request : refused) {
      KadStream stream = open();
      stream.send(request);
      assertThat(stream.failure()).as("%s", request).isInstanceOf(StreamResetException.class);
    }
    assertThat(server.dht().valueRecords()).isZero();
  }

  private static KadRequest put(ByteString key, ByteString value) {
    return new KadRequest.PutValue(ValueRecord.received(key, value, Instant.EPOCH));
  }

  @Test
  void whatIsNoRequestEndsTheStreamAndNothingElse() {
    for (String hex :
        List.of("00", "020806", "020899", "03420f00", "0108", "ffffffffffffffffff01")) {
      KadStream stream = open();
      stream.sendBytes(HexFormat.of().parseHex(hex));
      assertThat(stream.failure()).as(hex).isInstanceOf(StreamResetException.class);
    }
    KadStream cutOff = open();
    cutOff.sendBytes(HexFormat.of().parseHex("0508")).halfClose();
    assertThat(cutOff.failure()).isInstanceOf(StreamResetException.class);
    KadStream next = open();
    next.send(KadRequest.FindNode.of(key));
    assertThat(next.responses()).hasSize(1);
  }

  @Test
  void aRequestThatClaimsToBeTooLongIsRefusedBeforeItArrives() {
    KadStream stream = open();
    stream.sendBytes(Varint.encode(CONFIG.inbound().maxRequestBytes() + 1L));
    assertThat(stream.failure()).isInstanceOf(StreamResetException.class);

    KadStream longest = open();
    longest.sendBytes(Varint.encode(CONFIG.inbound().maxRequestBytes()));
    assertThat(longest.failure()).isNull();
  }

  @Test
  void aStreamThatSaysNothingIsResetAfterAMinute() {
    KadStream stream = open();
    stream.send(new KadRequest.Ping());
    network.pass(Duration.ofSeconds(50));
    stream.send(new KadRequest.Ping());
    network.pass(Duration.ofSeconds(50));
    assertThat(stream.failure()).isNull();

    network.pass(Duration.ofSeconds(15));
    assertThat(stream.failure()).isInstanceOf(StreamResetException.class);
  }

  @Test
  void aPeerThatDoesNotReadIsNotServedOn() {
    KadStream stream = KadStream.openUnread(network, asker, server.id());
    // Each of the answers carries its key: a thousand would make 16 MB.
    KadRequest large = new KadRequest.FindNode(ByteString.copyFrom(new byte[16_000]));
    for (int i = 0; i < 1000; i++) {
      stream.send(large);
    }
    network.pass(Duration.ofMinutes(2));

    stream.readOn();
    assertThat(stream.received()).isLessThan(300_000);
    assertThat(stream.failure()).isInstanceOf(StreamResetException.class);
  }

  @Test
  void moreStreamsThanOnePeerMayHaveAreReset() {
    List<KadStream> streams = new ArrayList<>();
    for (int i = 0; i < CONFIG.inbound().maxStreamsPerPeer(); i++) {
      streams.add(open().send(new KadRequest.Ping()));
    }
    KadStream tooMany = open().send(new KadRequest.Ping());
    assertThat(tooMany.failure()).isInstanceOf(StreamResetException.class);
    assertThat(streams).allSatisfy(stream -> assertThat(stream.responses()).hasSize(1));

    Host other = network.newHost();
    InMemoryNetwork.introduce(other, server.host());
    KadStream others = KadStream.open(network, other, server.id()).send(new KadRequest.Ping());
    assertThat(others.responses()).hasSize(1);

    streams.get(0).reset();
    streams.get(1).halfClose();
    network.pass(Duration.ofSeconds(1));
    assertThat(open().send(new KadRequest.Ping()).responses()).hasSize(1);
    assertThat(open().send(new KadRequest.Ping()).responses()).hasSize(1);
  }

  @Test
  void idleStreamsLockNobodyOut() {
    Node small =
        network.add(CONFIG.withInbound(CONFIG.inbound().withStreams(8, 4)), KadMode.SERVER);
    List<KadStream> idle = new ArrayList<>();
    for (Host hog : List.of(asker, network.newHost())) {
      InMemoryNetwork.introduce(hog, small.host());
      for (int i = 0; i < 4; i++) {
        idle.add(KadStream.open(network, hog, small.id()).send(new KadRequest.Ping()));
      }
    }
    idle.get(0).send(new KadRequest.Ping());

    List<KadStream> honest = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Host newcomer = network.newHost();
      InMemoryNetwork.introduce(newcomer, small.host());
      honest.add(KadStream.open(network, newcomer, small.id()).send(new KadRequest.Ping()));
      assertThat(honest.get(i).responses()).hasSize(1);
    }

    network.pass(Duration.ofSeconds(1));
    assertThat(idle)
        .filteredOn(stream -> stream.failure() == null)
        .containsExactly(idle.get(0), idle.get(3), idle.get(5), idle.get(6), idle.get(7));
    honest.forEach(stream -> stream.send(new KadRequest.Ping()));
    assertThat(honest).allSatisfy(stream -> assertThat(stream.responses()).hasSize(2));
  }

  @Test
  void aPeerThatAsksTooFastIsSlowedDown() {
    Node slow = network.add(CONFIG.withInbound(CONFIG.inbound().withRate(1, 3)), KadMode.SERVER);
    InMemoryNetwork.introduce(asker, slow.host());
    KadStream stream = KadStream.open(network, asker, slow.id());
    for (int i = 0; i < 10; i++) {
      stream.send(new KadRequest.Ping());
    }
    assertThat(stream.responses()).hasSizeBetween(3, 5);

    network.pass(Duration.ofSeconds(5));
    assertThat(stream.responses()).hasSizeBetween(8, 10);
    network.pass(Duration.ofSeconds(5));
    assertThat(stream.responses()).hasSize(10);
  }

  @Test
  void aClientServesNothingAndAServerThatBecomesOneServesNoMore() {
    KadStream early = open().send(new KadRequest.Ping());
    server.dht().mode(KadMode.CLIENT);

    early.send(new KadRequest.Ping());
    assertThat(early.responses()).hasSize(1);
    assertThat(early.failure()).isInstanceOf(StreamResetException.class);
    assertThat(open().send(new KadRequest.Ping()).failure())
        .isInstanceOf(ProtocolNotSupportedException.class);
  }

  @Test
  void aPublicNetworkTellsNoLocalAddresses() {
    Node open = network.add(CONFIG.withAddresses(AddressPolicy.PUBLIC), KadMode.SERVER);
    InMemoryNetwork.introduce(asker, open.host());
    KadStream stream = KadStream.open(network, asker, open.id());
    Multiaddr publicAddress = Multiaddr.parse("/ip4/1.2.3.4/tcp/4001");
    List<Multiaddr> both = List.of(asker.announcedAddresses().get(0), publicAddress);

    stream.send(
        KadRequest.FindNode.of(open.id()),
        KadRequest.AddProvider.of(key, new PeerInfo(asker.id(), both)),
        KadRequest.GetProviders.of(key));

    assertThat(stream.responses().get(0).closer()).isEmpty();
    assertThat(stream.responses().get(1).providers())
        .containsExactly(new PeerInfo(asker.id(), List.of(publicAddress)));
  }

  private KadStream open() {
    return KadStream.open(network, asker, server.id());
  }

  private PeerInfo self() {
    return new PeerInfo(asker.id(), asker.announcedAddresses());
  }

  private static PeerInfo info(Node node) {
    PeerId id = node.id();
    return new PeerInfo(id, node.host().announcedAddresses());
  }
}
