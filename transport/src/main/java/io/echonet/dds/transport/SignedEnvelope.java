package io.echonet.dds.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.proto.libp2p.CryptoProto;
import io.echonet.dds.proto.libp2p.EnvelopeProto.Envelope;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that a peer has signed for one purpose, together with the key (libp2p RFC 0002). One exists
 * only where the signature is right. Immutable.
 */
public final class SignedEnvelope {
  /** What is longer is not looked at; an RSA key and its signature take 2 KiB at most. */
  public static final int MAX_BYTES = 16_384;

  private final PublicKey signer;
  private final ByteString payloadType;
  private final ByteString payload;
  private final ByteString signature;

  private SignedEnvelope(
      PublicKey signer, ByteString payloadType, ByteString payload, ByteString signature) {
    this.signer = signer;
    this.payloadType = payloadType;
    this.payload = payload;
    this.signature = signature;
  }

  /**
   * Signs {@code payload}.
   *
   * @param domain what the signature is for: it counts for nothing else
   * @param payloadType a multicodec, telling readers what the payload is
   */
  public static SignedEnvelope seal(
      Identity signer, String domain, byte[] payloadType, byte[] payload) {
    ByteString type = ByteString.copyFrom(payloadType);
    ByteString content = ByteString.copyFrom(payload);
    byte[] signature = signer.sign(signed(domain, type, content));
    return new SignedEnvelope(signer.publicKey(), type, content, ByteString.copyFrom(signature));
  }

  /**
   * Reads the protobuf form and verifies it.
   *
   * @throws MalformedEncodingException where it is anything else, is longer than {@link
   *     #MAX_BYTES}, or the signature is not that of the key over this payload in {@code domain}
   */
  public static SignedEnvelope open(byte[] bytes, String domain) {
    return open(bytes, domain, null);
  }

  /** As {@link #open(byte[], String)}; another's signature than {@code by}'s is not looked at. */
  static SignedEnvelope open(byte[] bytes, String domain, @Nullable PeerId by) {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedEncodingException(
          "envelope of " + bytes.length + " bytes exceeds " + MAX_BYTES);
    }
    Envelope envelope;
    try {
      envelope = Envelope.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedEncodingException("no envelope: " + e.getMessage());
    }
    PublicKey signer = PublicKey.decode(envelope.getPublicKey().toByteArray());
    if (by != null && !by.matches(signer)) {
      throw new MalformedEncodingException(
          "the " + signer + " of the envelope is not " + by + "'s");
    }
    byte[] signed = signed(domain, envelope.getPayloadType(), envelope.getPayload());
    if (!signer.verify(signed, envelope.getSignature().toByteArray())) {
      throw new MalformedEncodingException(
          "the signature of the envelope is not that of the " + signer + " for " + domain);
    }
    return new SignedEnvelope(
        signer, envelope.getPayloadType(), envelope.getPayload(), envelope.getSignature());
  }

  /** Domain, type and payload, each behind its length. */
  private static byte[] signed(String domain, ByteString payloadType, ByteString payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeBehindLength(out, domain.getBytes(StandardCharsets.UTF_8));
    writeBehindLength(out, payloadType.toByteArray());
    writeBehindLength(out, payload.toByteArray());
    return out.toByteArray();
  }

  private static void writeBehindLength(ByteArrayOutputStream out, byte[] bytes) {
    out.writeBytes(Varint.encode(bytes.length));
    out.writeBytes(bytes);
  }

  /** The protobuf form; a new array. */
  public byte[] encode() {
    return Envelope.newBuilder()
        .setPublicKey(
            CryptoProto.PublicKey.newBuilder()
                .setType(CryptoProto.KeyType.forNumber(signer.type().code()))
                .setData(ByteString.copyFrom(signer.data())))
        .setPayloadType(payloadType)
        .setPayload(payload)
        .setSignature(signature)
        .build()
        .toByteArray();
  }

  /** Who has signed. */
  public PublicKey signer() {
    return signer;
  }

  /** What the payload is; a new array. */
  public byte[] payloadType() {
    return payloadType.toByteArray();
  }

  /** What has been signed; a new array. */
  public byte[] payload() {
    return payload.toByteArray();
  }

  @Override
  public String toString() {
    return "envelope of " + payload.size() + " bytes signed by the " + signer;
  }
}
