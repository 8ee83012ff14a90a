package io.echonet.dds.transport;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.MalformedEncodingException;

/** Envelopes and records come from peers: they are read within the limits or refused. */
class SignedEnvelopeFuzzTest {
  private static final Identity SIGNER = Identity.decode(KeyVectors.privateKey("ed25519"));
  private static final int MAX_ADDRESSES = 3;

  @FuzzTest
  void envelopesAreOpenedOrRefused(byte[] bytes) {
    try {
      SignedEnvelope envelope = SignedEnvelope.open(bytes, "libp2p-peer-record");
      SignedEnvelope again = SignedEnvelope.open(envelope.encode(), "libp2p-peer-record");
      check(again.signer().equals(envelope.signer()), "another signer");
    } catch (MalformedEncodingException e) {
      // Refused.
    }
  }

  /** Past the signature, where no mutation would get by itself. */
  @FuzzTest
  void recordsAreReadOrRefused(byte[] payload) {
    byte[] type = {3, 1};
    byte[] bytes = SignedEnvelope.seal(SIGNER, "libp2p-peer-record", type, payload).encode();
    try {
      PeerRecord record = PeerRecord.open(bytes, MAX_ADDRESSES);
      check(record.peer().equals(SIGNER.peerId()), "a record of " + record.peer());
      check(record.addresses().size() <= MAX_ADDRESSES, record.addresses() + " are too many");
      check(
          record.addresses().stream().noneMatch(address -> address.peerId().isPresent()),
          record + " names a peer at the end of an address");
      byte[] encoded = record.seal(SIGNER).encode();
      check(PeerRecord.open(encoded, MAX_ADDRESSES).equals(record), "the record changed");
    } catch (MalformedEncodingException e) {
      // Refused.
    }
  }

  /** Public keys, which envelopes, handshakes and introductions carry, verify or refuse. */
  @FuzzTest
  void keysMayBeAnything(byte[] bytes) {
    try {
      PublicKey key = PublicKey.decode(bytes);
      check(ByteString.copyFrom(key.encode()).equals(ByteString.copyFrom(bytes)), "two forms");
      check(!key.verify(bytes, bytes), "a signature out of nothing");
      check(PeerId.of(key).matches(key), "another peer");
    } catch (MalformedEncodingException e) {
      // Refused.
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
