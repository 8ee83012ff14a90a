package io.echonet.dds.transport.host;

import io.echonet.dds.transport.ConnectionGater;
import io.echonet.dds.transport.GatedException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user's gater, as the host asks it: what is refused, and what goes wrong in it, is an error.
 */
final class Gate {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

  private final ConnectionGater gater;

  Gate(ConnectionGater gater) {
    this.gater = gater;
  }

  void checkDial(PeerId peer) {
    check(() -> gater.mayDial(peer), "dialling", peer);
  }

  void checkDial(Multiaddr address, @Nullable PeerId peer) {
    Multiaddr whole = peer == null ? address : address.withPeerId(peer);
    check(() -> gater.mayDial(whole), "dialling", whole);
  }

  void checkAccept(Multiaddr from) {
    check(() -> gater.mayAccept(from), "a connection from", from);
  }

  void checkKeep(PeerId peer, Multiaddr address, boolean isInitiator) {
    check(() -> gater.mayKeep(peer, address, isInitiator), "a connection with", peer);
  }

  private static void check(BooleanSupplier question, String what, Object whom) {
    boolean allowed = false;
    try {
      allowed = question.getAsBoolean();
    } catch (RuntimeException e) {
      LOG.warn("the gater could not decide on {} {}, which is refused", what, whom, e);
    }
    if (!allowed) {
      throw new GatedException(what + " " + whom + " is not wanted here");
    }
  }
}
