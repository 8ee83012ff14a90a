package io.echonet.dds.transport;

/** The secret half of an {@link Identity}, of one kind of key. */
sealed interface OwnKey permits Ed25519Key, RsaKey, Secp256k1Key, EcdsaKey {
  PublicKey publicKey();

  /** The type-specific form that libp2p stores; a new array, secret. */
  byte[] data();

  /** The signature as peers verify it by {@link #publicKey}. */
  byte[] sign(byte[] message);
}
