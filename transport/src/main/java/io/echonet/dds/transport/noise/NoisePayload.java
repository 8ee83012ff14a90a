package io.echonet.dds.transport.noise;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.proto.libp2p.NoiseProto.NoiseExtensions;
import io.echonet.dds.proto.libp2p.NoiseProto.NoiseHandshakePayload;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a peer says about itself inside the handshake, its signature checked (noise specification,
 * "The libp2p Handshake Payload").
 *
 * @param muxers what it offers for early negotiation, best first; may be empty
 */
record NoisePayload(PublicKey identity, List<String> muxers) {
  private static final byte[] SIGNED_PREFIX =
      "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);

  /** What {@code identity} says, having signed {@code staticKey}. */
  static byte[] encode(Identity identity, byte[] staticKey, List<String> muxers) {
    return encode(identity.publicKey(), sign(identity, staticKey), muxers);
  }

  static byte[] sign(Identity identity, byte[] staticKey) {
    return identity.sign(signed(staticKey));
  }

  /**
   * The same of the identity with {@code key}.
   *
   * @param signature what {@link #sign} has made of the static key
   */
  static byte[] encode(PublicKey key, byte[] signature, List<String> muxers) {
    NoiseHandshakePayload.Builder payload =
        NoiseHandshakePayload.newBuilder()
            .setIdentityKey(ByteString.copyFrom(key.encode()))
            .setIdentitySig(ByteString.copyFrom(signature));
    if (!muxers.isEmpty()) {
      payload.setExtensions(NoiseExtensions.newBuilder().addAllStreamMuxers(muxers));
    }
    return payload.build().toByteArray();
  }

  /**
   * Reads what came with {@code staticKey}.
   *
   * @throws ConnectionException where it is malformed or the signature is not the identity's
   */
  static NoisePayload verify(byte[] bytes, byte[] staticKey) {
    NoiseHandshakePayload payload;
    PublicKey identity;
    try {
      payload = NoiseHandshakePayload.parseFrom(bytes);
      identity = PublicKey.decode(payload.getIdentityKey().toByteArray());
    } catch (InvalidProtocolBufferException | MalformedEncodingException e) {
      throw new ConnectionException("noise handshake failed: malformed payload", e);
    }
    if (!identity.verify(signed(staticKey), payload.getIdentitySig().toByteArray())) {
      throw new ConnectionException(
          "noise handshake failed: the signature is not that of the " + identity);
    }
    return new NoisePayload(identity, List.copyOf(payload.getExtensions().getStreamMuxersList()));
  }

  private static byte[] signed(byte[] staticKey) {
    byte[] message = Arrays.copyOf(SIGNED_PREFIX, SIGNED_PREFIX.length + staticKey.length);
    System.arraycopy(staticKey, 0, message, SIGNED_PREFIX.length, staticKey.length);
    return message;
  }
}
