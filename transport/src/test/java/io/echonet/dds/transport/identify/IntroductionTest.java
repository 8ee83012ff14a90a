package io.echonet.dds.transport.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.echonet.dds.proto.libp2p.IdentifyProto;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerRecord;
import io.echonet.dds.transport.SignedPeerRecord;
import io.echonet.dds.transport.StreamException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntroductionTest {
  private static final Identity IDENTITY = Identity.generate(new Random(1));
  private static final PeerId PEER = IDENTITY.peerId();
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");

  private static final ByteString NO_RECORD = ByteString.EMPTY;

  private static Introduction introduction(List<Multiaddr> addresses) {
    return new Introduction(
        Optional.of(IDENTITY.publicKey()),
        addresses,
        Optional.empty(),
        List.of("/a/1", "/b/2"),
        Optional.of(Multiaddr.parse("/ip4/10.0.0.1/tcp/9")),
        Optional.of("ipfs/0.1.0"),
        Optional.of("dds/0.1.0"));
  }

  private static Introduction decode(byte[]... parts) {
    return Introduction.decode(PEER, List.of(parts), 32);
  }

  @Test
  void whatIsSaidIsRead() {
    Introduction said = introduction(List.of(ADDRESS));

    assertThat(decode(said.encode(4_096, NO_RECORD))).isEqualTo(said);
  }

  @Test
  void theFieldsAreWhereTheSpecificationHasThem() {
    Introduction said =
        new Introduction(
            Optional.empty(),
            List.of(ADDRESS),
            Optional.empty(),
            List.of("/a"),
            Optional.of(ADDRESS),
            Optional.of("v"),
            Optional.of("w"));

    assertThat(HexFormat.of().formatHex(said.encode(4_096, NO_RECORD)))
        .isEqualTo(
            "1208047f000001060fa1" + "1a022f61" + "2208047f000001060fa1" + "2a0176" + "320177");
  }

  @Test
  void whatIsLeftOutWasNotSaid() {
    Introduction nothing = decode(new byte[0]);

    assertThat(nothing)
        .isEqualTo(
            new Introduction(
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void partsAreReadAsOne() {
    byte[] first = IdentifyProto.Identify.newBuilder().addProtocols("/a").build().toByteArray();
    byte[] second =
        IdentifyProto.Identify.newBuilder()
            .addProtocols("/b")
            .setAgentVersion("x")
            .build()
            .toByteArray();

    Introduction read = decode(first, second);

    assertThat(read.protocols()).containsExactly("/a", "/b");
    assertThat(read.agentVersion()).contains("x");
  }

  @Test
  void ownMessagesStaySmallWhateverTheNumberOfAddresses() {
    List<Multiaddr> many =
        IntStream.range(1, 2_000).mapToObj(i -> Multiaddr.parse("/ip4/10.0.0.1/tcp/" + i)).toList();

    byte[] bytes = introduction(many).encode(4_096, NO_RECORD);

    assertThat(bytes.length).isBetween(3_000, 4_096);
    assertThat(Introduction.decode(PEER, List.of(bytes), 1_000).addresses())
        .startsWith(many.get(0))
        .hasSizeGreaterThan(200);
  }

  private static ByteString envelope(Identity signer, List<Multiaddr> addresses) {
    return ByteString.copyFrom(new PeerRecord(signer.peerId(), 7, addresses).seal(signer).encode());
  }

  @Test
  void whatThePeerHasSignedCountsInsteadOfWhatStandsBesideIt() {
    Multiaddr signed = Multiaddr.parse("/ip4/127.0.0.1/tcp/4002");

    Introduction read =
        decode(introduction(List.of(ADDRESS)).encode(4_096, envelope(IDENTITY, List.of(signed))));

    assertThat(read.addresses()).containsExactly(signed);
    assertThat(read.record().map(SignedPeerRecord::record))
        .contains(new PeerRecord(PEER, 7, List.of(signed)));
  }

  @Test
  void aRecordThatIsDamagedOrAnothersCountsForNothing() {
    ByteString others = envelope(Identity.generate(new Random(4)), List.of());
    ByteString own = envelope(IDENTITY, List.of());
    ByteString cut = own.substring(0, own.size() - 1);

    for (ByteString record : List.of(others, cut)) {
      Introduction read = decode(introduction(List.of(ADDRESS)).encode(4_096, record));
      assertThat(read.addresses()).containsExactly(ADDRESS);
      assertThat(read.record()).isEmpty();
    }
  }

  @Test
  void aRecordTooLongForTheMessageIsLeftOut() {
    List<Multiaddr> many =
        IntStream.range(1, 250).mapToObj(i -> Multiaddr.parse("/ip4/10.0.0.1/tcp/" + i)).toList();

    byte[] bytes = introduction(many).encode(4_096, envelope(IDENTITY, many));

    assertThat(bytes.length).isLessThanOrEqualTo(4_096);
    assertThat(decode(bytes).record()).isEmpty();
    assertThat(decode(bytes).addresses()).isNotEmpty();
  }

  @Test
  void aKeyThatIsNotThePeersIsRefused() {
    byte[] bytes = introduction(List.of()).encode(4_096, NO_RECORD);
    PeerId other = Identity.generate(new Random(2)).peerId();

    assertThatThrownBy(() -> Introduction.decode(other, List.of(bytes), 32))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("key of another");
  }

  @Test
  void addressesThatAreNotUnderstoodAreLeftOut() {
    byte[] bytes =
        IdentifyProto.Identify.newBuilder()
            .addListenAddrs(ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xff, 1}))
            .addListenAddrs(ByteString.EMPTY)
            .addListenAddrs(ByteString.copyFrom(ADDRESS.withPeerId(PEER).bytes()))
            .addListenAddrs(
                ByteString.copyFrom(
                    ADDRESS.withPeerId(Identity.generate(new Random(3)).peerId()).bytes()))
            .setObservedAddr(ByteString.copyFromUtf8("nonsense"))
            .build()
            .toByteArray();

    Introduction read = decode(bytes);

    assertThat(read.addresses()).containsExactly(ADDRESS);
    assertThat(read.observed()).isEmpty();
  }

  @Test
  void onlySoManyAddressesAreLookedAt() {
    IdentifyProto.Identify.Builder many = IdentifyProto.Identify.newBuilder();
    for (int i = 1; i < 500; i++) {
      many.addListenAddrs(ByteString.copyFrom(Multiaddr.parse("/ip4/10.0.0.1/tcp/" + i).bytes()));
    }

    assertThat(decode(many.build().toByteArray()).addresses()).hasSize(32);
  }

  @Test
  void controlCharactersAreReplaced() {
    byte[] bytes =
        IdentifyProto.Identify.newBuilder().setAgentVersion("a\u001b[31m\n").build().toByteArray();

    assertThat(decode(bytes).agentVersion()).contains("a?[31m?");
  }

  @Test
  void garbageIsRefused() {
    for (int seed = 0; seed < 500; seed++) {
      byte[] garbage = new byte[1 + seed % 64];
      new Random(seed).nextBytes(garbage);
      try {
        assertThat(decode(garbage).addresses()).hasSizeLessThanOrEqualTo(32);
      } catch (StreamException expected) {
        assertThat(expected).hasMessageContaining(PEER.toString());
      }
    }
    assertThatThrownBy(() -> decode(new byte[] {0x0a, 0x7f, 1}))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("malformed");
    assertThatThrownBy(() -> decode(new byte[] {0x0a, 1, 1}))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("malformed");
  }
}
