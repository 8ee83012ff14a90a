package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.PeerInfo;
import java.util.List;

/**
 * What a DHT node answers: of the request's type, with what it knows.
 *
 * @param closer peers near the key, nearest first where the answerer is honest
 * @param providers peers that provide the key
 */
record KadResponse(
    KadMessageType type, ByteString key, List<PeerInfo> closer, List<PeerInfo> providers) {
  KadResponse {
    closer = List.copyOf(closer);
    providers = List.copyOf(providers);
  }
}
