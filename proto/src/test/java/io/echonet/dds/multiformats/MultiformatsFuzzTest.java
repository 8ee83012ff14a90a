package io.echonet.dds.multiformats;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Whatever comes in is read, and then written back the same, or refused. */
class MultiformatsFuzzTest {
  private static final int MAX_BASE58_CHARACTERS = 1000;

  @FuzzTest
  void varint(byte[] bytes) {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    try {
      long value = Varint.decode(source);
      check(Arrays.equals(Varint.encode(value), Arrays.copyOf(bytes, source.position())));
    } catch (MalformedEncodingException e) {
      // Refused.
    }
  }

  @FuzzTest
  void base58(byte[] bytes) {
    if (bytes.length > MAX_BASE58_CHARACTERS) {
      return;
    }
    check(Arrays.equals(Base58.decode(Base58.encode(bytes)), bytes));
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      check(Base58.encode(Base58.decode(text)).equals(text));
    } catch (MalformedEncodingException e) {
      // Refused.
    }
  }

  @FuzzTest
  void multihash(byte[] bytes) {
    try {
      Multihash multihash = Multihash.decode(bytes);
      check(Arrays.equals(multihash.bytes(), bytes));
      check(Multihash.of(multihash.code(), multihash.digest()).equals(multihash));
    } catch (MalformedEncodingException e) {
      // Refused.
    }
  }

  private static void check(boolean same) {
    if (!same) {
      throw new AssertionError("not the same when written back");
    }
  }
}
