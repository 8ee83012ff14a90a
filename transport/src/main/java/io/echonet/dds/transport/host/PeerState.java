package io.echonet.dds.transport.host;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is kept of one peer across a restart.
 *
 * @param addresses until when each source vouches for them, in milliseconds since the epoch
 * @param envelope the signed record, as it came, or empty
 * @param latencyNanos the smoothed round trip, 0 where it is not known
 */
record PeerState(
    Map<Multiaddr, Map<AddressSource, Long>> addresses,
    Set<String> protocols,
    Optional<PublicKey> publicKey,
    Optional<String> agentVersion,
    ByteString envelope,
    long latencyNanos,
    PeerScore.State score) {}
