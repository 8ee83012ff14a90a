package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.PeerInfo;
import java.util.List;
import java.util.Optional;

/**
 * What a DHT node answers: of the request's type, with what it knows.
 *
 * @param closer peers near the key, nearest first where the answerer is honest
 * @param providers peers that provide the key
 * @param record the key's value
 */
record KadResponse(
    KadMessageType type,
    ByteString key,
    List<PeerInfo> closer,
    List<PeerInfo> providers,
    Optional<ValueRecord> record) {
  KadResponse {
    closer = List.copyOf(closer);
    providers = List.copyOf(providers);
  }

  /** A response without a value. */
  KadResponse(
      KadMessageType type, ByteString key, List<PeerInfo> closer, List<PeerInfo> providers) {
    this(type, key, closer, providers, Optional.empty());
  }
}
