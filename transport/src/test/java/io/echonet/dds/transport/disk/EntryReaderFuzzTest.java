package io.echonet.dds.transport.disk;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whatever a file of entries holds behind its header, what is whole of it is read. */
class EntryReaderFuzzTest {
  private static final int MAX_ENTRY_BYTES = 64;

  /** So that a file with whole entries can be found. */
  private static final EntryFormat KNOWN = new EntryFormat(new byte[EntryFormat.SALT_BYTES]);

  private record Content(List<byte[]> entries, int goodEnd, int damaged) {}

  @FuzzTest
  void aFileMayHoldAnything(byte[] bytes) throws IOException {
    Content content = read(bytes, KNOWN);
    int frames =
        content.entries().stream().mapToInt(body -> EntryFormat.FRAME_BYTES + body.length).sum();
    require(content.goodEnd() >= frames && content.goodEnd() <= bytes.length, "end", content);

    Content good = read(Arrays.copyOf(bytes, content.goodEnd()), KNOWN);
    require(isSame(good.entries(), content.entries()), "cut off, other entries", good);
    require(good.goodEnd() == content.goodEnd(), "cut off, not all good", good);

    byte[] rewritten = frame(content.entries(), KNOWN);
    Content again = read(rewritten, KNOWN);
    require(isSame(again.entries(), content.entries()), "rewritten, other entries", again);
    require(again.goodEnd() == rewritten.length && again.damaged() == 0, "rewritten", again);
  }

  /**
   * The first two bytes say where the rest, cut into entries, is damaged, the third how. As for
   * whoever fills the entries of a real file, the salt is nothing that can be known.
   */
  @FuzzTest
  void aByteThatIsDamagedCostsOneEntryAtMost(byte[] bytes) throws IOException {
    if (bytes.length < 4 || bytes[2] == 0) {
      return;
    }
    List<byte[]> written = new ArrayList<>();
    for (int from = 3; from < bytes.length; ) {
      int length = Math.min(1 + (bytes[from] & 0x3f), bytes.length - from);
      written.add(Arrays.copyOfRange(bytes, from, from + length));
      from += length;
    }
    EntryFormat format = new EntryFormat(saltOf(bytes));
    byte[] file = frame(written, format);
    int at = (((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)) % file.length;
    file[at] ^= bytes[2];

    Content content = read(file, format);

    List<byte[]> expected = new ArrayList<>(written);
    for (int end = 0, i = 0; i < written.size(); i++) {
      end += EntryFormat.FRAME_BYTES + written.get(i).length;
      if (at < end) {
        expected.remove(i);
        break;
      }
    }
    require(isSame(content.entries(), expected), "damaged at " + at, content);
  }

  private static byte[] saltOf(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Arrays.copyOf(digest, EntryFormat.SALT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Content read(byte[] bytes, EntryFormat format) throws IOException {
    List<byte[]> entries = new ArrayList<>();
    EntryReader reader = new EntryReader(new ByteArrayInputStream(bytes), format, MAX_ENTRY_BYTES);
    reader.read(entries::add);
    int goodEnd = Math.toIntExact(reader.goodEnd() - EntryFormat.HEADER_BYTES);
    return new Content(entries, goodEnd, reader.damaged());
  }

  private static byte[] frame(List<byte[]> entries, EntryFormat format) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    entries.forEach(body -> frames.writeBytes(format.frame(body)));
    return frames.toByteArray();
  }

  private static boolean isSame(List<byte[]> some, List<byte[]> others) {
    return Arrays.deepEquals(some.toArray(), others.toArray());
  }

  private static void require(boolean holds, String what, Content content) {
    if (!holds) {
      throw new AssertionError(what + ": " + content);
    }
  }
}
