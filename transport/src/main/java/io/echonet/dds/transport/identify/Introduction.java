package io.echonet.dds.transport.identify;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.proto.libp2p.IdentifyProto;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PublicKey;
import io.echonet.dds.transport.SignedPeerRecord;
import io.echonet.dds.transport.StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a peer says of itself. What is absent or empty was not said, which in a push means
 * unchanged.
 *
 * @param addresses where it listens, without {@code /p2p}
 * @param record its addresses as it has signed them, where it has; {@code addresses} are then those
 * @param observed where it sees the one it talks to
 */
record Introduction(
    Optional<PublicKey> publicKey,
    List<Multiaddr> addresses,
    Optional<SignedPeerRecord> record,
    List<String> protocols,
    Optional<Multiaddr> observed,
    Optional<String> protocolVersion,
    Optional<String> agentVersion) {
  /** A tag of one byte and a length below 2^14. */
  private static final int MAX_FIELD_HEADER_BYTES = 3;

  /**
   * As one message. {@code envelope}, the record as it was signed, is left out where it would take
   * more than half of what other fields leave of {@code maxBytes}; so are addresses that would take
   * the message past them.
   */
  byte[] encode(int maxBytes, ByteString envelope) {
    IdentifyProto.Identify.Builder message = IdentifyProto.Identify.newBuilder();
    publicKey.ifPresent(key -> message.setPublicKey(ByteString.copyFrom(key.encode())));
    observed.ifPresent(address -> message.setObservedAddr(ByteString.copyFrom(address.bytes())));
    protocolVersion.ifPresent(message::setProtocolVersion);
    agentVersion.ifPresent(message::setAgentVersion);
    message.addAllProtocols(protocols);
    int room = maxBytes - message.buildPartial().getSerializedSize();
    if (!envelope.isEmpty() && envelope.size() + MAX_FIELD_HEADER_BYTES <= room / 2) {
      message.setSignedPeerRecord(envelope);
    }
    int left = maxBytes - message.buildPartial().getSerializedSize();
    for (Multiaddr address : addresses) {
      byte[] bytes = address.bytes();
      left -= bytes.length + MAX_FIELD_HEADER_BYTES;
      if (left >= 0) {
        message.addListenAddrs(ByteString.copyFrom(bytes));
      }
    }
    return message.build().toByteArray();
  }

  /**
   * Reads what {@code peer} has said in {@code parts} that belong together.
   *
   * <p>Addresses that do not decode, or that are another peer's, are left out; only the first
   * {@code maxAddresses} are looked at. A signed record that is not the peer's own counts for
   * nothing: the addresses are then those beside it.
   *
   * @throws StreamException where a part is no such message, or the key is not the peer's
   */
  static Introduction decode(PeerId peer, List<byte[]> parts, int maxAddresses) {
    return decode(
        peer, parts, maxAddresses, new KnownRecords(RecordLimits.defaults(), System::nanoTime));
  }

  /** As above, but no record among {@code records} is verified again. */
  static Introduction decode(
      PeerId peer, List<byte[]> parts, int maxAddresses, KnownRecords records) {
    IdentifyProto.Identify.Builder message = IdentifyProto.Identify.newBuilder();
    try {
      for (byte[] part : parts) {
        message.mergeFrom(part);
      }
      Optional<PublicKey> key =
          message.hasPublicKey()
              ? Optional.of(PublicKey.decode(message.getPublicKey().toByteArray()))
              : Optional.empty();
      if (key.isPresent() && !peer.matches(key.get())) {
        throw new StreamException(peer + " introduces itself with the key of another");
      }
      Optional<SignedPeerRecord> record =
          message.hasSignedPeerRecord()
              ? records.open(peer, message.getSignedPeerRecord(), maxAddresses)
              : Optional.empty();
      return new Introduction(
          key,
          record
              .map(signed -> signed.record().addresses())
              .orElseGet(() -> addressesOf(peer, message, maxAddresses)),
          record,
          List.copyOf(message.getProtocolsList()),
          message.hasObservedAddr()
              ? tryDecode(message.getObservedAddr().toByteArray())
              : Optional.empty(),
          text(message.hasProtocolVersion(), message.getProtocolVersion()),
          text(message.hasAgentVersion(), message.getAgentVersion()));
    } catch (InvalidProtocolBufferException | MalformedEncodingException e) {
      throw new StreamException("the introduction of " + peer + " is malformed", e);
    }
  }

  private static List<Multiaddr> addressesOf(
      PeerId peer, IdentifyProto.Identify.Builder message, int maxAddresses) {
    List<Multiaddr> addresses = new ArrayList<>();
    int count = Math.min(maxAddresses, message.getListenAddrsCount());
    for (int i = 0; i < count; i++) {
      tryDecode(message.getListenAddrs(i).toByteArray())
          .filter(address -> address.peerId().map(peer::equals).orElse(true))
          .map(Multiaddr::withoutPeerId)
          .ifPresent(addresses::add);
    }
    return List.copyOf(addresses);
  }

  /** Peers know kinds of addresses that we do not. */
  private static Optional<Multiaddr> tryDecode(byte[] bytes) {
    try {
      return Optional.of(Multiaddr.decode(bytes));
    } catch (MalformedEncodingException e) {
      return Optional.empty();
    }
  }

  /** Control characters are replaced: this is shown to people, on terminals too. */
  private static Optional<String> text(boolean present, String value) {
    return present ? Optional.of(value.replaceAll("\\p{Cntrl}", "?")) : Optional.empty();
  }
}
