package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.io.ByteArrayOutputStream;

/** Base32 text in small letters without padding (RFC 4648, section 6), read only. */
final class Base32 {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  private Base32() {}

  static byte[] decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() * 5 / 8);
    int bits = 0;
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new MalformedEncodingException(
            "'" + text.charAt(i) + "' at " + i + " is no Base32 character");
      }
      bits = bits << 5 | digit;
      count += 5;
      if (count >= 8) {
        count -= 8;
        bytes.write(bits >>> count);
        bits &= (1 << count) - 1;
      }
    }
    if (count >= 5 || bits != 0) {
      throw new MalformedEncodingException(
          "Base32 text of " + text.length() + " characters is cut off");
    }
    return bytes.toByteArray();
  }
}
