package io.echonet.dds.transport;

/** The kinds of key a libp2p peer may be identified by (peer-ids specification). */
public enum KeyType {
  RSA(0),
  ED25519(1),
  SECP256K1(2),
  ECDSA(3);

  private final int code;

  KeyType(int code) {
    this.code = code;
  }

  /** The value of the protobuf enum. */
  public int code() {
    return code;
  }
}
