package io.echonet.dds.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.proto.libp2p.PeerRecordProto;
import io.echonet.dds.proto.libp2p.PeerRecordProto.PeerRecord.AddressInfo;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerRecordTest {
  private static final Identity SIGNER = Identity.generate(new Random(1));
  private static final Identity OTHER = Identity.generate(new Random(2));
  private static final byte[] TYPE = {3, 1};
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");

  @ParameterizedTest
  @EnumSource
  void whatAPeerSignsIsRead(KeyType type) {
    Identity signer = Identity.generate(type);
    PeerRecord record = new PeerRecord(signer.peerId(), 42, List.of(ADDRESS));

    assertThat(PeerRecord.open(record.seal(signer).encode(), 32)).isEqualTo(record);
  }

  @Test
  void deployedPeersDomainAndTypeAreUsed() {
    SignedEnvelope envelope = new PeerRecord(SIGNER.peerId(), 1, List.of()).seal(SIGNER);

    assertThat(SignedEnvelope.open(envelope.encode(), "libp2p-peer-record").payloadType())
        .isEqualTo(TYPE);
  }

  @Test
  void nobodySignsForAnother() {
    PeerRecord others = new PeerRecord(OTHER.peerId(), 1, List.of());
    byte[] forged =
        SignedEnvelope.seal(
                SIGNER,
                "libp2p-peer-record",
                TYPE,
                PeerRecordProto.PeerRecord.newBuilder()
                    .setPeerId(ByteString.copyFrom(OTHER.peerId().bytes()))
                    .build()
                    .toByteArray())
            .encode();

    assertThatThrownBy(() -> others.seal(SIGNER)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PeerRecord.open(forged, 32))
        .isInstanceOf(MalformedEncodingException.class)
        .hasMessageContaining("a record of " + OTHER.peerId() + " signed by the");
  }

  @Test
  void anEnvelopeOfAnotherKindOrForAnotherPurposeIsRefused() {
    byte[] payload = new PeerRecord(SIGNER.peerId(), 1, List.of()).seal(SIGNER).payload();

    assertThatThrownBy(
            () ->
                PeerRecord.open(
                    SignedEnvelope.seal(SIGNER, "libp2p-peer-record", new byte[] {3, 2}, payload)
                        .encode(),
                    32))
        .hasMessage("the envelope holds no peer record");
    assertThatThrownBy(
            () ->
                PeerRecord.open(
                    SignedEnvelope.seal(SIGNER, "libp2p-routing-state", TYPE, payload).encode(),
                    32))
        .isInstanceOf(MalformedEncodingException.class);
    assertThatThrownBy(
            () ->
                PeerRecord.open(
                    SignedEnvelope.seal(SIGNER, "libp2p-peer-record", TYPE, new byte[] {9})
                        .encode(),
                    32))
        .isInstanceOf(MalformedEncodingException.class);
  }

  @Test
  void addressesThatAreNotUnderstoodOrAnothersAreLeftOut() {
    byte[] payload =
        PeerRecordProto.PeerRecord.newBuilder()
            .setPeerId(ByteString.copyFrom(SIGNER.peerId().bytes()))
            .addAddresses(AddressInfo.getDefaultInstance())
            .addAddresses(info(new byte[] {-1, -1, 1}))
            .addAddresses(info(ADDRESS.withPeerId(OTHER.peerId()).bytes()))
            .addAddresses(info(ADDRESS.withPeerId(SIGNER.peerId()).bytes()))
            .build()
            .toByteArray();
    byte[] bytes = SignedEnvelope.seal(SIGNER, "libp2p-peer-record", TYPE, payload).encode();

    assertThat(PeerRecord.open(bytes, 32).addresses()).containsExactly(ADDRESS);
  }

  private static AddressInfo info(byte[] address) {
    return AddressInfo.newBuilder().setMultiaddr(ByteString.copyFrom(address)).build();
  }

  @Test
  void onlySoManyAddressesAreLookedAt() {
    List<Multiaddr> many =
        IntStream.range(1, 100).mapToObj(i -> Multiaddr.parse("/ip4/10.0.0.1/tcp/" + i)).toList();
    PeerRecord record = new PeerRecord(SIGNER.peerId(), 1, many);

    assertThat(PeerRecord.open(record.seal(SIGNER).encode(), 3).addresses())
        .isEqualTo(many.subList(0, 3));
  }
}
