package io.echonet.dds.transport.kad;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whatever a file of provider records holds, it is read up to where it makes no sense. */
class ProviderLogFuzzTest {
  private static final int FRAME_AND_TYPE = 17;

  @FuzzTest
  void aFileMayHoldAnything(byte[] bytes) throws IOException {
    check(bytes);
    check(join(ProviderLogFormat.HEADER, bytes));
  }

  /** Reads {@code bytes}, and what was read once more after it was written. */
  static void check(byte[] bytes) throws IOException {
    List<ProviderLogFormat.Entry> entries = new ArrayList<>();
    long good = ProviderLogFormat.read(new ByteArrayInputStream(bytes), entries::add);
    require(good >= 0 && good <= bytes.length, good + " of " + bytes.length + " bytes are good");
    require(entries.size() * (long) FRAME_AND_TYPE <= good, entries.size() + " entries");

    List<ProviderLogFormat.Entry> again = new ArrayList<>();
    byte[] prefix = Arrays.copyOf(bytes, (int) good);
    require(
        ProviderLogFormat.read(new ByteArrayInputStream(prefix), again::add) == good,
        "what is good alone is not all good");
    require(again.equals(entries), "what is good alone reads as something else");

    ByteArrayOutputStream written = new ByteArrayOutputStream();
    written.writeBytes(ProviderLogFormat.HEADER);
    entries.forEach(entry -> written.writeBytes(ProviderLogFormat.encode(entry)));
    List<ProviderLogFormat.Entry> rewritten = new ArrayList<>();
    ProviderLogFormat.read(new ByteArrayInputStream(written.toByteArray()), rewritten::add);
    require(rewritten.equals(entries), "entries changed by being written");
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] joined = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, joined, one.length, other.length);
    return joined;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
