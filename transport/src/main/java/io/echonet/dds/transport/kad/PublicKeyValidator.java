package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PublicKey;
import java.util.Optional;

/**
 * Public keys by the peer they name: {@code /pk/} and the bytes of the peer id, the value being the
 * key's protobuf form.
 */
final class PublicKeyValidator implements RecordValidator {
  static final String NAMESPACE = "pk";

  private static final ByteString PREFIX = ByteString.copyFromUtf8("/" + NAMESPACE + "/");

  /** The peer that {@code key} names; empty where it is another namespace's, or malformed. */
  static Optional<PeerId> peer(ByteString key) {
    if (!key.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(PeerId.decode(key.substring(PREFIX.size()).toByteArray()));
    } catch (MalformedEncodingException e) {
      return Optional.empty();
    }
  }

  static ByteString key(PeerId peer) {
    return PREFIX.concat(ByteString.copyFrom(peer.bytes()));
  }

  @Override
  public Optional<String> objection(byte[] key, byte[] value) {
    Optional<PeerId> named = peer(ByteString.copyFrom(key));
    if (named.isEmpty()) {
      return Optional.of("the key names no peer");
    }
    try {
      return named.get().matches(PublicKey.decode(value))
          ? Optional.empty()
          : Optional.of("the value is not the public key of " + named.get());
    } catch (MalformedEncodingException e) {
      return Optional.of("the value is no public key: " + e.getMessage());
    }
  }

  @Override
  public boolean isBetter(byte[] key, byte[] value, byte[] other) {
    return false;
  }

  @Override
  public boolean isUnique() {
    return true;
  }
}
