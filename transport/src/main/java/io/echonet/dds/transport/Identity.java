package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.security.SecureRandom;
import java.util.Random;

/** A host's own key pair: what makes it the peer it says it is. Immutable; never printed. */
public final class Identity {
  /** An RSA key of 8,192 bits takes 4,700. */
  private static final int MAX_DATA_BYTES = 8192;

  private final OwnKey key;
  private final PeerId peerId;

  private Identity(OwnKey key) {
    this.key = key;
    this.peerId = PeerId.of(key.publicKey());
  }

  /** A new Ed25519 identity. */
  public static Identity generate() {
    return generate(new SecureRandom());
  }

  /**
   * A new Ed25519 identity from {@code random}; a seeded source gives the same one again (tests).
   */
  public static Identity generate(Random random) {
    return new Identity(Ed25519Key.generate(random));
  }

  /**
   * A new identity with a key of {@code type}: RSA of 2,048 bits, ECDSA on P-256. Ed25519 is what
   * every peer understands, and costs least.
   */
  public static Identity generate(KeyType type) {
    return new Identity(
        switch (type) {
          case ED25519 -> Ed25519Key.generate(new SecureRandom());
          case RSA -> RsaKey.generate();
          case SECP256K1 -> Secp256k1Key.generate(new SecureRandom());
          case ECDSA -> EcdsaKey.generate(new SecureRandom());
        });
  }

  /**
   * Reads the protobuf form {@code {Type = 1, Data = 2}} in which libp2p stores private keys of all
   * kinds (peer-ids specification, "Key Types").
   *
   * @throws MalformedEncodingException where it is anything else
   */
  public static Identity decode(byte[] bytes) {
    KeyMessage message = KeyMessage.decode(bytes, "private key", MAX_DATA_BYTES);
    return new Identity(
        switch (message.type()) {
          case ED25519 -> Ed25519Key.decode(message.data());
          case RSA -> RsaKey.decode(message.data());
          case SECP256K1 -> Secp256k1Key.decode(message.data());
          case ECDSA -> EcdsaKey.decode(message.data());
        });
  }

  /** The protobuf form that {@link #decode} reads, 68 bytes for Ed25519; secret. */
  public byte[] encode() {
    return new KeyMessage(key.publicKey().type(), key.data()).encode();
  }

  public PublicKey publicKey() {
    return key.publicKey();
  }

  public PeerId peerId() {
    return peerId;
  }

  /**
   * The signature over {@code message} that {@link PublicKey#verify} takes; 64 bytes by Ed25519.
   */
  public byte[] sign(byte[] message) {
    return key.sign(message);
  }

  @Override
  public String toString() {
    return "identity of " + peerId;
  }
}
