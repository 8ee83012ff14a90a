package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;

/**
 * A {@link PeerRecord} together with the envelope that proves it, so that it can be kept and
 * verified again. One exists only where the signature is the peer's. Immutable.
 */
public final class SignedPeerRecord {
  private final PeerRecord record;
  private final byte[] envelope;

  private SignedPeerRecord(PeerRecord record, byte[] envelope) {
    this.record = record;
    this.envelope = envelope;
  }

  /**
   * As {@link PeerRecord#open(byte[], int)}.
   *
   * @throws MalformedEncodingException where {@code envelope} is no such envelope, or another's
   */
  public static SignedPeerRecord open(byte[] envelope, int maxAddresses) {
    return new SignedPeerRecord(PeerRecord.open(envelope, maxAddresses), envelope.clone());
  }

  /**
   * As {@link PeerRecord#open(byte[], PeerId, int)}.
   *
   * @throws MalformedEncodingException where {@code envelope} is no such envelope of {@code peer}
   */
  public static SignedPeerRecord open(byte[] envelope, PeerId peer, int maxAddresses) {
    return new SignedPeerRecord(PeerRecord.open(envelope, peer, maxAddresses), envelope.clone());
  }

  /** As {@link PeerRecord#seal}. */
  public static SignedPeerRecord seal(PeerRecord record, Identity identity) {
    return new SignedPeerRecord(record, record.seal(identity).encode());
  }

  public PeerRecord record() {
    return record;
  }

  /** The protobuf form of the envelope; a new array. */
  public byte[] envelope() {
    return envelope.clone();
  }

  /** How long the envelope is. */
  public int envelopeBytes() {
    return envelope.length;
  }

  @Override
  public String toString() {
    return record + ", signed";
  }
}
