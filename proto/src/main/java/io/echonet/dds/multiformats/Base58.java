package io.echonet.dds.multiformats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Base58BTC text: no zero, capital O, capital I or small l; a leading zero byte is a {@code 1}. */
public final class Base58 {
  /*
   * Converting a number between bases is a run of long divisions, or multiplications, so the fewer and larger the
   * steps the better: bytes are taken four at a time as words of base 2^32, digits five at a time as limbs of base
   * 58^5, the largest whose product with a word leaves room for a carry in a signed long. Both directions are
   * quadratic in the length.
   */

  private static final byte[] ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DIGIT_OF = digitOf();
  private static final byte NO_DIGIT = -1;

  private static final int BASE = 58;
  private static final int LIMB_DIGITS = 5;
  private static final int LIMB = BASE * BASE * BASE * BASE * BASE;
  private static final long WORD_MASK = 0xffff_ffffL;

  private Base58() {}

  /** The text of {@code bytes}; quadratic in the length, so meant for digests and keys. */
  public static String encode(byte[] bytes) {
    byte[] text = new byte[maxTextLength(bytes.length)];
    int end = encode(bytes, 0, bytes.length, text, 0);
    return new String(text, 0, end, StandardCharsets.ISO_8859_1);
  }

  /**
   * Writes the text of {@code length} bytes from {@code offset} to {@code target} from {@code
   * targetOffset}, in ASCII; answers the offset behind it.
   *
   * @throws IndexOutOfBoundsException where {@code target} is too short for the text
   */
  public static int encode(byte[] bytes, int offset, int length, byte[] target, int targetOffset) {
    int end = offset + length;
    int significant = offset;
    while (significant < end && bytes[significant] == 0) {
      significant++;
    }
    int zeros = significant - offset;
    int[] words = words(bytes, significant, end);
    byte[] digits = new byte[maxTextLength(end - significant)];
    int first = divideAll(words, digits);
    while (first < digits.length && digits[first] == ALPHABET[0]) {
      first++;
    }
    Arrays.fill(target, targetOffset, targetOffset + zeros, ALPHABET[0]);
    System.arraycopy(digits, first, target, targetOffset + zeros, digits.length - first);
    return targetOffset + zeros + digits.length - first;
  }

  /** What no text of {@code bytes} bytes is longer than: log(256) / log(58) characters a byte. */
  private static int maxTextLength(int bytes) {
    int characters = Math.toIntExact(bytes * 1366L / 1000 + 1);
    return characters + LIMB_DIGITS - 1;
  }

  /** Big-endian words of what lies between, whose first byte is not zero. */
  private static int[] words(byte[] bytes, int from, int end) {
    int[] words = new int[(end - from + 3) / 4];
    int at = end;
    for (int i = words.length - 1; i >= 0; i--) {
      int word = 0;
      for (int shift = 0; shift < Integer.SIZE && at > from; shift += Byte.SIZE) {
        word |= (bytes[--at] & 0xff) << shift;
      }
      words[i] = word;
    }
    return words;
  }

  /** Turns {@code words} into digits, at the end of {@code digits}; answers where they begin. */
  private static int divideAll(int[] words, byte[] digits) {
    int at = digits.length;
    int top = 0;
    while (top < words.length) {
      long remainder = 0;
      for (int i = top; i < words.length; i++) {
        long value = (remainder << Integer.SIZE) | (words[i] & WORD_MASK);
        long quotient = value / LIMB;
        words[i] = (int) quotient;
        remainder = value - quotient * LIMB;
      }
      while (top < words.length && words[top] == 0) {
        top++;
      }
      int limb = (int) remainder;
      for (int i = 0; i < LIMB_DIGITS; i++) {
        int rest = limb / BASE;
        digits[--at] = ALPHABET[limb - rest * BASE];
        limb = rest;
      }
    }
    return at;
  }

  /**
   * The bytes of {@code text}; quadratic in the length, which is the caller's to limit.
   *
   * @throws MalformedEncodingException where a character is not of the alphabet; the message names
   *     it
   */
  public static byte[] decode(String text) {
    // What is not Latin-1 becomes a question mark, which is no digit either.
    byte[] characters = text.getBytes(StandardCharsets.ISO_8859_1);
    int wrong = indexOfNoDigit(characters, 0, characters.length);
    if (wrong >= 0) {
      throw noDigit(text.codePointAt(wrong), wrong);
    }
    return decodeDigits(characters, 0, characters.length);
  }

  /**
   * The bytes of the ASCII text of {@code length} bytes from {@code offset}; quadratic in the
   * length.
   *
   * @throws MalformedEncodingException where a byte is not of the alphabet; the message names it
   */
  public static byte[] decode(byte[] text, int offset, int length) {
    int wrong = indexOfNoDigit(text, offset, length);
    if (wrong >= 0) {
      throw noDigit(text[offset + wrong] & 0xff, wrong);
    }
    return decodeDigits(text, offset, length);
  }

  private static int indexOfNoDigit(byte[] text, int offset, int length) {
    for (int i = 0; i < length; i++) {
      if (DIGIT_OF[text[offset + i] & 0xff] == NO_DIGIT) {
        return i;
      }
    }
    return -1;
  }

  private static MalformedEncodingException noDigit(int character, int index) {
    boolean printable = character > ' ' && character < 0x7f;
    String name =
        printable ? "'" + (char) character + "'" : String.format("character U+%04X", character);
    return new MalformedEncodingException(
        name + " at index " + index + " is not of the Base58 alphabet");
  }

  private static byte[] decodeDigits(byte[] text, int offset, int length) {
    int end = offset + length;
    int significant = offset;
    while (significant < end && text[significant] == ALPHABET[0]) {
      significant++;
    }
    int digits = end - significant;
    // A digit is less than six bits.
    int[] words = new int[(int) (digits * 6L / Integer.SIZE) + 1];
    int top = words.length;
    int at = significant;
    int group = digits % LIMB_DIGITS;
    while (at < end) {
      int limb = 0;
      int factor = 1;
      for (int i = 0; i < (group == 0 ? LIMB_DIGITS : group); i++) {
        limb = limb * BASE + DIGIT_OF[text[at++] & 0xff];
        factor *= BASE;
      }
      group = 0;
      top = multiplyAdd(words, top, factor, limb);
    }
    return bytes(words, top, significant - offset);
  }

  /** Multiplies the number from {@code top} on and adds; answers where it begins now. */
  private static int multiplyAdd(int[] words, int top, int factor, int summand) {
    long carry = summand;
    for (int i = words.length - 1; i >= top; i--) {
      long value = (words[i] & WORD_MASK) * factor + carry;
      words[i] = (int) value;
      carry = value >>> Integer.SIZE;
    }
    if (carry == 0) {
      return top;
    }
    words[top - 1] = (int) carry;
    return top - 1;
  }

  private static byte[] bytes(int[] words, int top, int zeros) {
    if (top == words.length) {
      return new byte[zeros];
    }
    int topBytes = (Integer.SIZE - Integer.numberOfLeadingZeros(words[top]) + 7) / Byte.SIZE;
    byte[] bytes = new byte[zeros + topBytes + (words.length - top - 1) * Integer.BYTES];
    int at = bytes.length;
    for (int i = words.length - 1; i >= top; i--) {
      int word = words[i];
      for (int n = i == top ? topBytes : Integer.BYTES; n > 0; n--) {
        bytes[--at] = (byte) word;
        word >>>= Byte.SIZE;
      }
    }
    return bytes;
  }

  private static byte[] digitOf() {
    byte[] digits = new byte[256];
    Arrays.fill(digits, NO_DIGIT);
    for (byte digit = 0; digit < BASE; digit++) {
      digits[ALPHABET[digit]] = digit;
    }
    return digits;
  }
}
