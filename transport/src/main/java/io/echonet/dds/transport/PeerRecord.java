package io.echonet.dds.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.proto.libp2p.PeerRecordProto;
import io.echonet.dds.proto.libp2p.PeerRecordProto.PeerRecord.AddressInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a peer says that it may be reached, which it signs so that others can pass it on (libp2p
 * RFC 0003).
 *
 * @param sequence an unsigned number; of two records the one with the higher is the newer
 * @param addresses without {@code /p2p}
 */
public record PeerRecord(PeerId peer, long sequence, List<Multiaddr> addresses) {
  /** Deployed peers use this one, the text of the RFC another. */
  private static final String DOMAIN = "libp2p-peer-record";

  /** The multicodec {@code libp2p-peer-record}, 0x0301, in the bytes that deployed peers write. */
  private static final byte[] PAYLOAD_TYPE = {3, 1};

  public PeerRecord {
    addresses = addresses.stream().map(Multiaddr::withoutPeerId).toList();
  }

  /** This record in an envelope that {@code identity}, which must be the peer's own, has signed. */
  public SignedEnvelope seal(Identity identity) {
    if (!identity.peerId().equals(peer)) {
      throw new IllegalArgumentException(identity.peerId() + " cannot sign for " + peer);
    }
    PeerRecordProto.PeerRecord.Builder record =
        PeerRecordProto.PeerRecord.newBuilder()
            .setPeerId(ByteString.copyFrom(peer.bytes()))
            .setSeq(sequence);
    for (Multiaddr address : addresses) {
      record.addAddresses(
          AddressInfo.newBuilder().setMultiaddr(ByteString.copyFrom(address.bytes())));
    }
    return SignedEnvelope.seal(identity, DOMAIN, PAYLOAD_TYPE, record.build().toByteArray());
  }

  /**
   * Reads the envelope in {@code bytes} and checks that the peer itself has signed it. Addresses
   * that do not decode, or that are another peer's, are left out; only the first {@code
   * maxAddresses} are looked at.
   *
   * @throws MalformedEncodingException where it is no such envelope, or another's
   */
  public static PeerRecord open(byte[] bytes, int maxAddresses) {
    return open(SignedEnvelope.open(bytes, DOMAIN), maxAddresses);
  }

  /**
   * As {@link #open(byte[], int)}, of {@code peer} alone: what another has signed is refused before
   * its signature is verified.
   */
  public static PeerRecord open(byte[] bytes, PeerId peer, int maxAddresses) {
    return open(SignedEnvelope.open(bytes, DOMAIN, peer), maxAddresses);
  }

  private static PeerRecord open(SignedEnvelope envelope, int maxAddresses) {
    if (!Arrays.equals(envelope.payloadType(), PAYLOAD_TYPE)) {
      throw new MalformedEncodingException("the envelope holds no peer record");
    }
    PeerRecordProto.PeerRecord record;
    try {
      record = PeerRecordProto.PeerRecord.parseFrom(envelope.payload());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedEncodingException("no peer record: " + e.getMessage());
    }
    PeerId peer = PeerId.decode(record.getPeerId().toByteArray());
    if (!peer.matches(envelope.signer())) {
      throw new MalformedEncodingException(
          "a record of " + peer + " signed by the " + envelope.signer());
    }
    return new PeerRecord(peer, record.getSeq(), addresses(peer, record, maxAddresses));
  }

  private static List<Multiaddr> addresses(
      PeerId peer, PeerRecordProto.PeerRecord record, int maxAddresses) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (AddressInfo info :
        record.getAddressesList().subList(0, Math.min(maxAddresses, record.getAddressesCount()))) {
      try {
        Multiaddr address = Multiaddr.decode(info.getMultiaddr().toByteArray());
        if (address.peerId().map(peer::equals).orElse(true)) {
          addresses.add(address);
        }
      } catch (MalformedEncodingException e) {
        // Peers know kinds of addresses that we do not.
      }
    }
    return addresses;
  }

  /** Whether this is to be believed rather than a record with {@code otherSequence}. */
  public boolean isNewerThan(long otherSequence) {
    return Long.compareUnsigned(sequence, otherSequence) > 0;
  }
}
