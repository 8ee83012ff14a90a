package io.echonet.dds.storage.segment;

import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file that says what the folder is, and the secret that its records are checked by. */
final class StoreFormat {
  private static final int VERSION = 1;
  private static final int MAX_BYTES = 256;
  private static final Pattern TEXT =
      Pattern.compile(
          "dds segment store ([0-9]{1,9})(?:, secret ([0-9a-f]{16}))?.*", Pattern.DOTALL);

  private StoreFormat() {}

  /**
   * The secret; empty where the file is not there or unreadable.
   *
   * @throws StorageException where a later program wrote it
   */
  static OptionalLong read(SegmentLayout layout, Disk disk) throws IOException {
    if (!disk.exists(layout.format())) {
      return OptionalLong.empty();
    }
    String text = new String(disk.read(layout.format(), MAX_BYTES), StandardCharsets.ISO_8859_1);
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return OptionalLong.empty();
    }
    if (Integer.parseInt(parts.group(1)) > VERSION) {
      throw new StorageException(
          "%s is of version %s, and this program knows none later than %d"
              .formatted(layout.root(), parts.group(1), VERSION));
    }
    return parts.group(2) == null
        ? OptionalLong.empty()
        : OptionalLong.of(HexFormat.fromHexDigitsToLong(parts.group(2)));
  }

  static void write(SegmentLayout layout, Disk disk, long secret) throws IOException {
    String text =
        "dds segment store %d, secret %s\n".formatted(VERSION, HexFormat.of().toHexDigits(secret));
    disk.delete(layout.newFormat());
    disk.writeNew(layout.newFormat(), ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    disk.rename(layout.newFormat(), layout.format());
    disk.syncFolder(layout.root());
  }
}
