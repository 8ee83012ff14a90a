package io.echonet.dds.multiformats;

/** Base58BTC text: no zero, capital O, capital I or small l; a leading zero byte is a {@code 1}. */
public final class Base58 {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  private Base58() {}

  /** The text of {@code bytes}; quadratic in the length, so meant for digests and keys. */
  public static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    java.math.BigInteger value = new java.math.BigInteger(1, bytes);
    java.math.BigInteger base = java.math.BigInteger.valueOf(58);
    while (value.signum() > 0) {
      java.math.BigInteger[] parts = value.divideAndRemainder(base);
      text.append(ALPHABET.charAt(parts[1].intValue()));
      value = parts[0];
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      text.append('1');
    }
    return text.reverse().toString();
  }

  /**
   * The bytes of {@code text}.
   *
   * @throws MalformedEncodingException where a character is not of the alphabet; the message names
   *     it
   */
  public static byte[] decode(String text) {
    java.math.BigInteger value = java.math.BigInteger.ZERO;
    java.math.BigInteger base = java.math.BigInteger.valueOf(58);
    int zeros = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new MalformedEncodingException(
            "'" + text.charAt(i) + "' at " + i + " is no Base58 character");
      }
      value = value.multiply(base).add(java.math.BigInteger.valueOf(digit));
      if (value.signum() == 0) {
        zeros++;
      }
    }
    byte[] magnitude = value.signum() == 0 ? new byte[0] : value.toByteArray();
    int skip = magnitude.length > 0 && magnitude[0] == 0 ? 1 : 0;
    byte[] bytes = new byte[zeros + magnitude.length - skip];
    System.arraycopy(magnitude, skip, bytes, zeros, magnitude.length - skip);
    return bytes;
  }
}
