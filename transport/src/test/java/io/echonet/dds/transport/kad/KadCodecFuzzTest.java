package io.echonet.dds.transport.kad;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.StreamException;
import java.util.List;

/** Whatever a peer sends is read within the limits or refused. */
class KadCodecFuzzTest {
  private static final int MAX_PEERS = 5;
  private static final int MAX_ADDRESSES = 3;
  private static final int MAX_REPLY = 1024;
  private static final KadCodec CODEC = new KadCodec(MAX_PEERS, MAX_ADDRESSES);

  @FuzzTest
  void decodesOrRefuses(byte[] bytes) {
    decodeAnything(bytes);
  }

  static void decodeAnything(byte[] bytes) {
    try {
      KadRequest request = CODEC.decodeRequest(bytes);
      if (request instanceof KadRequest.AddProvider announcement) {
        checkLimits(announcement.providers());
      }
      KadRequest again = CODEC.decodeRequest(CODEC.encode(request));
      check(again.type() == request.type() && again.key().equals(request.key()), "request changed");
    } catch (StreamException e) {
      // Refused.
    }
    try {
      KadResponse response = CODEC.decodeResponse(bytes);
      checkLimits(response.closer());
      checkLimits(response.providers());
      if (response.key().size() < MAX_REPLY / 2) {
        byte[] encoded = CODEC.encode(response, MAX_REPLY);
        check(encoded.length <= MAX_REPLY, "response of " + encoded.length + " bytes");
        CODEC.decodeResponse(encoded);
      }
    } catch (StreamException e) {
      // Refused.
    }
  }

  private static void checkLimits(List<PeerInfo> peers) {
    check(peers.size() <= MAX_PEERS, peers.size() + " peers");
    for (PeerInfo peer : peers) {
      check(peer.addresses().size() <= MAX_ADDRESSES, peer + " has too many addresses");
      check(
          peer.addresses().stream().noneMatch(address -> address.peerId().isPresent()),
          peer + " names a peer at the end of an address");
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
