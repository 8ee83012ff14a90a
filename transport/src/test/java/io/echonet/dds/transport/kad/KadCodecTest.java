package io.echonet.dds.transport.kad;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.proto.libp2p.KadProto;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.StreamException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KadCodecTest {
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");
  private static final int MAX_REPLY = 16 * 1024;

  private final Random random = new Random(13);
  private final KadCodec codec = new KadCodec(50, 8);

  @Test
  void messagesHaveTheSpecificationsFieldNumbers() {
    // type = 4 (FIND_NODE), key = 2.
    KadRequest request = new KadRequest.FindNode(ByteString.copyFromUtf8("abc"));
    assertThat(HexFormat.of().formatHex(codec.encode(request))).isEqualTo("08041203616263");

    // An identity multihash of two bytes is no real peer, but short. closerPeers = 8, providerPeers
    // = 9.
    PeerInfo peer = new PeerInfo(PeerId.decode(new byte[] {0, 2, 7, 9}), List.of(ADDRESS));
    KadResponse response =
        new KadResponse(
            KadMessageType.GET_PROVIDERS, ByteString.EMPTY, List.of(peer), List.of(peer));
    String body = "0a0400020709" + "1208" + "047f000001060fa1";
    assertThat(HexFormat.of().formatHex(codec.encode(response, MAX_REPLY)))
        .isEqualTo("0803" + "4210" + body + "4a10" + body);
  }

  @Test
  void aRequestOfEachKindSurvivesTheWire() {
    ByteString key = ByteString.copyFrom(RandomPeers.multihash(random).bytes());
    List<KadRequest> requests =
        List.of(
            new KadRequest.FindNode(key),
            new KadRequest.GetProviders(key),
            new KadRequest.AddProvider(key, List.of(peer(3))),
            new KadRequest.GetValue(key),
            new KadRequest.PutValue(ValueRecord.received(key, key, Instant.EPOCH)),
            new KadRequest.Ping());

    for (KadRequest request : requests) {
      assertThat(codec.decodeRequest(codec.encode(request))).isEqualTo(request);
    }
  }

  @Test
  void valuesTravelAsTheSpecificationHasThem() {
    ByteString key = ByteString.copyFromUtf8("/x/y");
    ValueRecord record =
        ValueRecord.received(key, ByteString.copyFromUtf8("z"), Instant.ofEpochMilli(1));
    String time = "1970-01-01T00:00:00.001000000Z";
    // record = 3 { key = 1, value = 2, timeReceived = 5 }; type 0 is not written.
    String body = "12042f782f79" + "1a29" + "0a042f782f79" + "12017a" + "2a1e";

    KadRequest request = new KadRequest.PutValue(record);
    assertThat(HexFormat.of().formatHex(codec.encode(request)))
        .isEqualTo(body + HexFormat.of().formatHex(time.getBytes(US_ASCII)));

    KadResponse response =
        new KadResponse(KadMessageType.GET_VALUE, key, peers(2, 2), List.of(), Optional.of(record));
    assertThat(codec.decodeResponse(codec.encode(response, MAX_REPLY))).isEqualTo(response);
  }

  @Test
  void aValueTooLargeForAResponseIsLeftOutAndOneTooLargeToReadIsPassedOver() {
    ByteString key = ByteString.copyFromUtf8("/x/y");
    ValueRecord large =
        ValueRecord.received(key, ByteString.copyFrom(new byte[70_000]), Instant.EPOCH);
    KadResponse response =
        new KadResponse(KadMessageType.GET_VALUE, key, peers(2, 2), List.of(), Optional.of(large));

    assertThat(codec.decodeResponse(codec.encode(response, MAX_REPLY)))
        .isEqualTo(new KadResponse(KadMessageType.GET_VALUE, key, response.closer(), List.of()));
    assertThat(codec.decodeResponse(codec.encode(response, 100_000)).record()).isEmpty();
    assertThatExceptionOfType(StreamException.class)
        .isThrownBy(() -> codec.decodeRequest(codec.encode(new KadRequest.PutValue(large))));
  }

  @Test
  void nothingIsKeptOfAKeyThatIsNone() {
    ByteString key = ByteString.copyFrom(new byte[70_000]);
    KadResponse response = new KadResponse(KadMessageType.FIND_NODE, key, peers(2, 2), List.of());

    assertThat(codec.decodeResponse(codec.encode(response, 100_000)))
        .isEqualTo(
            new KadResponse(
                KadMessageType.FIND_NODE, ByteString.EMPTY, response.closer(), List.of()));
  }

  @Test
  void responsesSurviveTheWire() {
    for (int i = 0; i < 100; i++) {
      KadResponse response =
          new KadResponse(
              KadMessageType.GET_PROVIDERS,
              ByteString.copyFrom(RandomPeers.multihash(random).bytes()),
              peers(random.nextInt(21), 5),
              peers(random.nextInt(21), 5));

      assertThat(codec.decodeResponse(codec.encode(response, MAX_REPLY))).isEqualTo(response);
    }
  }

  @Test
  void aResponseIsTrimmedToWhatPeersAccept() {
    KadResponse response =
        new KadResponse(
            KadMessageType.GET_PROVIDERS, ByteString.EMPTY, peers(20, 8), peers(1000, 8));

    byte[] bytes = codec.encode(response, MAX_REPLY);

    assertThat(bytes).hasSizeLessThanOrEqualTo(MAX_REPLY).hasSizeGreaterThan(MAX_REPLY * 3 / 5);
    KadResponse read = new KadCodec(2000, 8).decodeResponse(bytes);
    assertThat(read.closer()).isEqualTo(response.closer());
    assertThat(read.providers())
        .isEqualTo(response.providers().subList(0, read.providers().size()));
    assertThat(read.providers()).hasSizeGreaterThan(50);
  }

  @Test
  void longAddressesDoNotCrowdOutOtherPeers() {
    String name = "a".repeat(250);
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      addresses.add(Multiaddr.parse("/dns4/" + name + "/tcp/" + (1000 + i)));
    }
    PeerInfo verbose = new PeerInfo(peer(0).id(), addresses);
    KadResponse response =
        new KadResponse(
            KadMessageType.FIND_NODE,
            ByteString.EMPTY,
            java.util.Collections.nCopies(20, verbose),
            List.of());

    KadResponse read = codec.decodeResponse(codec.encode(response, MAX_REPLY));

    assertThat(read.closer()).hasSize(20);
    assertThat(read.closer().get(0).addresses()).isEqualTo(addresses.subList(0, 2));
  }

  @Test
  void aPeerAtTheEndOfAnAddressIsTakenOffAndAnAddressOfAnotherLeftOut() {
    PeerInfo peer = peer(0);
    PeerId other = peer(0).id();
    byte[] bytes =
        message(
            KadProto.Message.Peer.newBuilder()
                .setId(ByteString.copyFrom(peer.id().bytes()))
                .addAddrs(ByteString.copyFrom(ADDRESS.withPeerId(peer.id()).bytes()))
                .addAddrs(ByteString.copyFrom(ADDRESS.bytes()))
                .addAddrs(ByteString.copyFrom(ADDRESS.withPeerId(other).bytes()))
                .addAddrs(ByteString.copyFrom(Multiaddr.parse("/p2p/" + peer.id()).bytes())));

    assertThat(codec.decodeResponse(bytes).closer())
        .containsExactly(new PeerInfo(peer.id(), List.of(ADDRESS)));
  }

  @Test
  void peersAndAddressesThatCannotBeReadAreLeftOut() {
    PeerInfo peer = peer(0);
    byte[] bytes =
        message(
            KadProto.Message.Peer.newBuilder().setId(ByteString.copyFromUtf8("nobody")),
            KadProto.Message.Peer.newBuilder(),
            KadProto.Message.Peer.newBuilder()
                .setId(ByteString.copyFrom(peer.id().bytes()))
                .addAddrs(ByteString.copyFrom(new byte[] {(byte) 0xff, 0x7f, 1}))
                .addAddrs(ByteString.EMPTY)
                .addAddrs(ByteString.copyFrom(new byte[2000]))
                .addAddrs(ByteString.copyFrom(ADDRESS.bytes())));

    assertThat(codec.decodeResponse(bytes).closer())
        .containsExactly(new PeerInfo(peer.id(), List.of(ADDRESS)));
  }

  @Test
  void noMorePeersAndAddressesAreReadThanAllowed() {
    KadProto.Message.Peer.Builder[] many = new KadProto.Message.Peer.Builder[200];
    for (int i = 0; i < many.length; i++) {
      many[i] = KadProto.Message.Peer.newBuilder().setId(ByteString.copyFrom(peer(0).id().bytes()));
      for (int port = 1; port < 30; port++) {
        many[i].addAddrs(
            ByteString.copyFrom(Multiaddr.parse("/ip4/127.0.0.1/tcp/" + port).bytes()));
      }
    }

    List<PeerInfo> read = codec.decodeResponse(message(many)).closer();

    assertThat(read).hasSize(50);
    assertThat(read).allSatisfy(peer -> assertThat(peer.addresses()).hasSize(8));
  }

  @Test
  void aPeerOfAbsurdSizeIsPassedOver() {
    PeerInfo peer = peer(1);
    KadProto.Message.Peer.Builder absurd =
        KadProto.Message.Peer.newBuilder().setId(ByteString.copyFrom(peer(0).id().bytes()));
    for (int i = 0; i < 100_000; i++) {
      absurd.addAddrs(ByteString.copyFrom(new byte[] {1}));
    }
    byte[] bytes =
        message(
            absurd,
            KadProto.Message.Peer.newBuilder()
                .setId(ByteString.copyFrom(peer.id().bytes()))
                .addAddrs(ByteString.copyFrom(peer.addresses().get(0).bytes())));

    assertThat(codec.decodeResponse(bytes).closer()).containsExactly(peer);
  }

  @Test
  void unknownFieldsArePassedOver() {
    byte[] known = codec.encode(new KadRequest.FindNode(ByteString.copyFromUtf8("abc")));
    byte[] unknown = HexFormat.of().parseHex("500a" + "220401020304" + "9a0603aabbcc");
    byte[] bytes = ByteString.copyFrom(unknown).concat(ByteString.copyFrom(known)).toByteArray();

    assertThat(codec.decodeRequest(bytes))
        .isEqualTo(new KadRequest.FindNode(ByteString.copyFromUtf8("abc")));
  }

  @Test
  void anUnknownTypeIsRefusedAndNotReadAsAnother() {
    for (String hex : List.of("0806", "0863", "08ffffffffffffffffff01")) {
      assertThatThrownBy(() -> codec.decodeRequest(HexFormat.of().parseHex(hex)))
          .as(hex)
          .isInstanceOf(StreamException.class)
          .hasMessageContaining("unknown kad message type");
    }
  }

  @Test
  void bytesThatEndTooEarlyAreRefused() {
    byte[] whole = codec.encode(KadRequest.AddProvider.of(RandomPeers.multihash(random), peer(2)));
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      try {
        codec.decodeRequest(java.util.Arrays.copyOf(whole, length));
      } catch (StreamException e) {
        refused++;
      }
    }
    // Only where a field ends is the rest a message of its own: the type, and the key.
    assertThat(refused).isEqualTo(whole.length - 2);
  }

  @Test
  void lengthsThatLieAllocateNothing() {
    for (String hex :
        List.of(
            "4a7f0a", "4a8080808008", "4affffffff0f", "42ffffffff07", "12ffffffff07", "0c", "0b")) {
      assertThatThrownBy(() -> codec.decodeRequest(HexFormat.of().parseHex(hex)))
          .as(hex)
          .isInstanceOf(StreamException.class);
    }
  }

  @Test
  void randomBytesAreReadOrRefusedAndNothingElse() {
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      if (bytes.length > 2 && random.nextBoolean()) {
        bytes[0] = 0x4a;
        bytes[1] = (byte) (bytes.length - 2);
      }
      KadCodecFuzzTest.decodeAnything(bytes);
    }
  }

  private byte[] message(KadProto.Message.Peer.Builder... closer) {
    KadProto.Message.Builder message =
        KadProto.Message.newBuilder().setType(KadProto.Message.MessageType.FIND_NODE);
    for (KadProto.Message.Peer.Builder peer : closer) {
      message.addCloserPeers(peer);
    }
    return message.build().toByteArray();
  }

  private List<PeerInfo> peers(int count, int maxAddresses) {
    List<PeerInfo> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      peers.add(peer(1 + random.nextInt(maxAddresses)));
    }
    return peers;
  }

  private PeerInfo peer(int addresses) {
    Multihash id = RandomPeers.multihash(random);
    List<Multiaddr> all = new ArrayList<>();
    for (int i = 0; i < addresses; i++) {
      all.add(Multiaddr.parse("/ip4/10.0.0." + random.nextInt(256) + "/tcp/" + (i + 1)));
    }
    return new PeerInfo(PeerId.decode(id.bytes()), all);
  }
}
