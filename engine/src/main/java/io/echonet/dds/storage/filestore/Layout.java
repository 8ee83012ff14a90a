package io.echonet.dds.storage.filestore;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.echonet.dds.content.Cid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a store's files lie: {@code chunks/3f/3f…}, named by the digest in lower-case hex, {@code
 * tmp} for what is being written, {@code holdings} for why it is held, {@code quarantine} for what
 * rotted, {@code lock}.
 */
final class Layout {
  /*
   * Hex and not Base58: Base58 tells case apart, and on file systems that do not, one chunk would hide another.
   */

  static final int FOLDERS = 256;

  private static final HexFormat HEX = HexFormat.of();
  private static final Pattern FOLDER = Pattern.compile("[0-9a-f]{2}");
  private static final Pattern CHUNK = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern TEMPORARY = Pattern.compile("[0-9a-f]{64}\\.[0-9]+\\.tmp");

  private final Path root;
  private final Path chunks;

  Layout(Path root) {
    this.root = root;
    this.chunks = root.resolve("chunks");
  }

  Path root() {
    return root;
  }

  Path lock() {
    return root.resolve("lock");
  }

  Path temporaries() {
    return root.resolve("tmp");
  }

  Path quarantine() {
    return root.resolve("quarantine");
  }

  Path chunks() {
    return chunks;
  }

  Path holdings() {
    return root.resolve("holdings");
  }

  /** The folder of what says why {@code cid} is held. */
  Path holdings(Cid cid) {
    return holdings().resolve(HEX.toHexDigits((byte) folderNumber(cid)));
  }

  /** The folders that the root may hold. */
  List<Path> folders() {
    return List.of(temporaries(), quarantine(), holdings(), chunks);
  }

  boolean isPart(Path file) {
    return file.equals(lock()) || folders().contains(file);
  }

  /** The folder of that number, 0 to 255, which is the first byte of the CIDs in it. */
  Path folder(int number) {
    return chunks.resolve(HEX.toHexDigits((byte) number));
  }

  /** Whether {@code folder} may be one of those. */
  static boolean isFolder(Path folder) {
    return FOLDER.matcher(name(folder)).matches() && Files.isDirectory(folder, NOFOLLOW_LINKS);
  }

  static int folderNumber(Cid cid) {
    return cid.digest()[0] & 0xff;
  }

  Path chunk(Cid cid) {
    String name = HEX.formatHex(cid.digest());
    return chunks.resolve(name.substring(0, 2)).resolve(name);
  }

  Path quarantined(Cid cid) {
    return quarantine().resolve(HEX.formatHex(cid.digest()));
  }

  /** A file for one attempt to write {@code cid}; {@code attempt} is different for each. */
  Path temporary(Cid cid, long attempt) {
    return temporaries().resolve(HEX.formatHex(cid.digest()) + "." + attempt + ".tmp");
  }

  static boolean isTemporary(Path file) {
    return TEMPORARY.matcher(name(file)).matches();
  }

  /** The chunk that {@code file} would hold; empty where it is none of ours. */
  static Optional<Cid> cidOf(Path file) {
    String name = name(file);
    Path folder = file.getParent();
    if (folder == null || !CHUNK.matcher(name).matches() || !name.startsWith(name(folder))) {
      return Optional.empty();
    }
    return Optional.of(Cid.of(HEX.parseHex(name)));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
