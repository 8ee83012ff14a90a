package io.echonet.dds.transport.noise;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol.Secured;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One end of libp2p's handshake as a pure state machine: {@link NoiseHandshake} plus who the peer
 * is and which muxer follows. Messages go in and come out without their length prefix.
 */
final class NoiseUpgrade {
  private static final byte[] NOTHING = {};

  private final Role role;
  private final NoiseHandshake handshake;
  private final byte[] payload;
  private final @Nullable PeerId expected;
  private final List<String> muxers;
  private @Nullable NoisePayload peer;

  /**
   * @param payload what this end says about itself
   * @param muxers what {@code payload} offers
   */
  NoiseUpgrade(
      Role role,
      NoiseHandshake handshake,
      byte[] payload,
      @Nullable PeerId expected,
      List<String> muxers) {
    this.role = role;
    this.handshake = handshake;
    this.payload = payload;
    this.expected = expected;
    this.muxers = muxers;
  }

  /** The next message to send, or null where it is the peer's turn or all is said. */
  byte @Nullable [] next() {
    if (!handshake.isToWrite()) {
      return null;
    }
    try {
      // The initiator's first message is readable by anybody: it carries nothing.
      boolean first = role.isInitiator() && peer == null;
      return handshake.write(first ? NOTHING : payload);
    } catch (GeneralSecurityException e) {
      throw failure("a key of the peer's is of no use", e);
    }
  }

  /**
   * Reads the peer's next message.
   *
   * @throws ConnectionException where it is not what an honest peer, the one expected, would have
   *     sent
   */
  void read(byte[] message) {
    byte[] said;
    try {
      said = handshake.read(message);
    } catch (GeneralSecurityException e) {
      throw failure("a message of " + message.length + " bytes does not authenticate", e);
    }
    if (role.isInitiator() || handshake.isComplete()) {
      NoisePayload verified = NoisePayload.verify(said, handshake.remoteStatic());
      PeerId id = PeerId.of(verified.identity());
      if (expected != null && !expected.equals(id)) {
        throw failure("the peer is " + id + ", not " + expected, null);
      }
      peer = verified;
    }
  }

  boolean isComplete() {
    return handshake.isComplete();
  }

  /**
   * What has been shown.
   *
   * @throws ConnectionException where both ends offer muxers and have none in common
   */
  Secured secured() {
    NoisePayload shown = peer;
    if (shown == null || !isComplete()) {
      throw new IllegalStateException("the handshake is not over");
    }
    return new Secured(PeerId.of(shown.identity()), shown.identity(), muxer(shown.muxers()));
  }

  /** The initiator's first that the responder has too [inlined-muxer-negotiation]. */
  private Optional<String> muxer(List<String> theirs) {
    if (muxers.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    List<String> initiators = role.isInitiator() ? muxers : theirs;
    List<String> responders = role.isInitiator() ? theirs : muxers;
    Optional<String> common = initiators.stream().filter(responders::contains).findFirst();
    if (common.isEmpty()) {
      throw failure("no muxer in common with the peer", null);
    }
    return common;
  }

  byte[] sendKey() {
    return handshake.sendKey();
  }

  byte[] receiveKey() {
    return handshake.receiveKey();
  }

  private static ConnectionException failure(String reason, @Nullable Throwable cause) {
    return new ConnectionException("noise handshake failed: " + reason, cause);
  }
}
