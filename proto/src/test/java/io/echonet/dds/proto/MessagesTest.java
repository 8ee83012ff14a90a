package io.echonet.dds.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.echonet.dds.proto.libp2p.CryptoProto;
import io.echonet.dds.proto.libp2p.EnvelopeProto.Envelope;
import io.echonet.dds.proto.libp2p.IdentifyProto.Identify;
import io.echonet.dds.proto.libp2p.KadProto;
import io.echonet.dds.proto.libp2p.NoiseProto.NoiseExtensions;
import io.echonet.dds.proto.libp2p.NoiseProto.NoiseHandshakePayload;
import io.echonet.dds.proto.libp2p.PeerRecordProto.PeerRecord;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * Field numbers and types, held against bytes written out by hand from PROTOCOL and the
 * specifications.
 */
class MessagesTest {
  private static final ByteString X = ByteString.copyFromUtf8("x");

  @Test
  void requestsAreTheFieldsOfTheirEnvelope() {
    assertBytes(
        DdsRequest.newBuilder()
            .setStoreChunk(StoreChunkRequest.newBuilder().setCid("c").setChunkData(X))
            .build(),
        "0a06 0a0163 120178");
    assertBytes(
        DdsRequest.newBuilder()
            .setRetrieveChunk(RetrieveChunkRequest.newBuilder().setCid("c"))
            .build(),
        "1203 0a0163");
    assertBytes(
        DdsRequest.newBuilder()
            .setFindProviders(FindProvidersRequest.newBuilder().setCid("c"))
            .build(),
        "1a03 0a0163");
    assertBytes(
        DdsRequest.newBuilder()
            .setReplicate(ReplicationInstruction.newBuilder().setCid("c").setSourcePeerIdHint("p"))
            .build(),
        "2206 0a0163 120170");
    assertBytes(
        DdsRequest.newBuilder().setProve(ProofRequest.newBuilder().setCid("c").setNonce(X)).build(),
        "2a06 0a0163 120178");
  }

  @Test
  void responsesAreTheFieldsOfTheirEnvelope() {
    assertBytes(
        DdsResponse.newBuilder()
            .setStoreChunk(
                StoreChunkResponse.newBuilder()
                    .setSuccess(true)
                    .setErrorCode(5)
                    .setErrorMessage("e"))
            .build(),
        "0a07 0801 1005 1a0165");
    assertBytes(
        DdsResponse.newBuilder()
            .setRetrieveChunk(
                RetrieveChunkResponse.newBuilder()
                    .setChunkData(X)
                    .setSuccess(true)
                    .setErrorCode(5)
                    .setErrorMessage("e"))
            .build(),
        "120a 0a0178 1001 1805 220165");
    assertBytes(
        DdsResponse.newBuilder()
            .setFindProviders(
                FindProvidersResponse.newBuilder()
                    .addPeerIds("p")
                    .addPeerIds("q")
                    .setSuccess(true)
                    .setErrorCode(5)
                    .setErrorMessage("e"))
            .build(),
        "1a0d 0a0170 0a0171 1001 1805 220165");
    assertBytes(
        DdsResponse.newBuilder()
            .setReplicate(
                ReplicationResponse.newBuilder()
                    .setSuccess(true)
                    .setErrorCode(5)
                    .setErrorMessage("e"))
            .build(),
        "2207 0801 1005 1a0165");
    assertBytes(
        DdsResponse.newBuilder()
            .setProve(
                ProofResponse.newBuilder()
                    .setProof(X)
                    .setSuccess(true)
                    .setErrorCode(5)
                    .setErrorMessage("e"))
            .build(),
        "2a0a 0a0178 1001 1805 220165");
  }

  @Test
  void anUnknownKindOfRequestIsNoneOfOurs() throws Exception {
    DdsRequest later = DdsRequest.parseFrom(HexFormat.of().parseHex("3a030a0163"));

    assertThat(later.getRequestCase()).isEqualTo(DdsRequest.RequestCase.REQUEST_NOT_SET);
  }

  @Test
  void manifestFieldsStandInTheirOrder() {
    assertBytes(
        ContentManifest.newBuilder()
            .addChunkCids("c")
            .addChunkCids("d")
            .setOriginalContentSha256(X)
            .setOriginalContentSizeBytes(300)
            .setCreationTimestamp(1)
            .setMimeType("m")
            .setFilename("f")
            .putCustomMetadata("k", "v")
            .build(),
        "0a0163 0a0164 120178 18ac02 2001 2a016d 320166 3a06 0a016b 120176");
  }

  @Test
  void keysAlwaysSayTheirTypeThoughItIsTheFirst() {
    assertBytes(
        CryptoProto.PublicKey.newBuilder().setType(CryptoProto.KeyType.RSA).setData(X).build(),
        "0800 120178");
    assertBytes(
        CryptoProto.PrivateKey.newBuilder().setType(CryptoProto.KeyType.Ed25519).setData(X).build(),
        "0801 120178");
    assertThat(CryptoProto.KeyType.Secp256k1.getNumber()).isEqualTo(2);
    assertThat(CryptoProto.KeyType.ECDSA.getNumber()).isEqualTo(3);
    assertThatThrownBy(() -> CryptoProto.PublicKey.parseFrom(HexFormat.of().parseHex("120178")))
        .isInstanceOf(InvalidProtocolBufferException.class);
  }

  @Test
  void noisePayloadsHaveTheirExtensionsInFieldFour() {
    assertBytes(
        NoiseHandshakePayload.newBuilder()
            .setIdentityKey(X)
            .setIdentitySig(X)
            .setExtensions(
                NoiseExtensions.newBuilder().addWebtransportCerthashes(X).addStreamMuxers("y"))
            .build(),
        "0a0178 120178 2206 0a0178 120179");
  }

  @Test
  void identifyTellsAbsentFromEmpty() throws Exception {
    assertBytes(
        Identify.newBuilder()
            .setPublicKey(X)
            .addListenAddrs(X)
            .addProtocols("p")
            .setObservedAddr(X)
            .setProtocolVersion("v")
            .setAgentVersion("a")
            .setSignedPeerRecord(X)
            .build(),
        "0a0178 120178 1a0170 220178 2a0176 320161 420178");
    assertThat(Identify.parseFrom(new byte[0]).hasAgentVersion()).isFalse();
    assertThat(Identify.parseFrom(new byte[] {0x32, 0}).hasAgentVersion()).isTrue();
  }

  @Test
  void envelopesSkipFieldFour() {
    assertBytes(
        Envelope.newBuilder()
            .setPublicKey(
                CryptoProto.PublicKey.newBuilder().setType(CryptoProto.KeyType.Ed25519).setData(X))
            .setPayloadType(X)
            .setPayload(X)
            .setSignature(X)
            .build(),
        "0a05 0801 120178 120178 1a0178 2a0178");
    assertBytes(
        PeerRecord.newBuilder()
            .setPeerId(X)
            .setSeq(300)
            .addAddresses(PeerRecord.AddressInfo.newBuilder().setMultiaddr(X))
            .build(),
        "0a0178 10ac02 1a03 0a0178");
  }

  @Test
  void dhtMessagesCarryRecordsAndPeers() {
    assertBytes(
        KadProto.Message.newBuilder()
            .setType(KadProto.Message.MessageType.FIND_NODE)
            .setKey(X)
            .setRecord(KadProto.Record.newBuilder().setKey(X).setValue(X).setTimeReceived("t"))
            .addCloserPeers(
                KadProto.Message.Peer.newBuilder()
                    .setId(X)
                    .addAddrs(X)
                    .setConnection(KadProto.Message.ConnectionType.CANNOT_CONNECT))
            .addProviderPeers(KadProto.Message.Peer.newBuilder().setId(X))
            .setClusterLevelRaw(1)
            .build(),
        "0804 120178 1a09 0a0178 120178 2a0174 4208 0a0178 120178 1803 4a03 0a0178 5001");
  }

  @Test
  void anUnknownDhtMessageDoesNotReadAsTheFirstKind() throws Exception {
    assertThat(KadProto.Message.parseFrom(new byte[] {0x08, 0x09}).getType())
        .isEqualTo(KadProto.Message.MessageType.UNRECOGNIZED);
  }

  private static void assertBytes(MessageLite message, String hex) {
    assertThat(HexFormat.of().formatHex(message.toByteArray())).isEqualTo(hex.replace(" ", ""));
  }
}
