package io.echonet.dds.transport.noise;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a Noise handshake has mixed so far: the chaining key, the hash of everything said, and the
 * cipher for the next part (Noise specification, sections 5.1 and 5.2).
 */
final class SymmetricState {
  private static final int HASH_BYTES = 32;

  private byte[] chainingKey;
  private byte[] hash;
  private @Nullable AeadCipher cipher;
  private long nonce;

  SymmetricState(String protocolName) {
    byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
    hash = name.length <= HASH_BYTES ? Arrays.copyOf(name, HASH_BYTES) : sha256(name, new byte[0]);
    chainingKey = hash;
  }

  /** The hash of the handshake so far; not to be written to. */
  byte[] hash() {
    return hash;
  }

  boolean hasKey() {
    return cipher != null;
  }

  void mixHash(byte[] data) {
    hash = sha256(hash, data);
  }

  void mixKey(byte[] secret) {
    byte[][] keys = hkdf(secret);
    chainingKey = keys[0];
    cipher = new AeadCipher(keys[1], null);
    nonce = 0;
  }

  byte[] encryptAndHash(byte[] plaintext) throws GeneralSecurityException {
    byte[] ciphertext = crypt(Cipher.ENCRYPT_MODE, plaintext);
    mixHash(ciphertext);
    return ciphertext;
  }

  byte[] decryptAndHash(byte[] ciphertext) throws GeneralSecurityException {
    byte[] plaintext = crypt(Cipher.DECRYPT_MODE, ciphertext);
    mixHash(ciphertext);
    return plaintext;
  }

  private byte[] crypt(int mode, byte[] input) throws GeneralSecurityException {
    if (cipher == null) {
      return input;
    }
    Cipher ready = cipher.with(mode, nonce++);
    ready.updateAAD(hash);
    return ready.doFinal(input);
  }

  /**
   * The keys for what follows the handshake: the initiator's to send with, then the responder's.
   */
  byte[][] split() {
    return hkdf(new byte[0]);
  }

  private byte[][] hkdf(byte[] input) {
    byte[] extracted = hmac(chainingKey, input);
    byte[] first = hmac(extracted, new byte[] {1});
    byte[] second = hmac(extracted, Arrays.copyOf(first, HASH_BYTES + 1), (byte) 2);
    return new byte[][] {first, second};
  }

  private static byte[] hmac(byte[] key, byte[] data, byte last) {
    data[data.length - 1] = last;
    return hmac(key, data);
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no HMAC-SHA-256", e);
    }
  }

  private static byte[] sha256(byte[] first, byte[] second) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(first);
      return digest.digest(second);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }
}
