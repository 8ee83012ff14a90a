package io.echonet.dds.transport.disk;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of checksummed entries that is appended to, and written anew when too much of it is out of
 * date. For its owner's eyes only.
 *
 * <p>Appending is not forced to the disk: a crash costs the last entries, and what it tore is cut
 * off when the file is opened. Entries that were damaged later are passed over. All of it blocks;
 * one thread at a time may use it.
 */
public final class EntryLog {
  private static final Logger LOG = LoggerFactory.getLogger(EntryLog.class);
  private static final long SLACK_BYTES = 1024 * 1024;

  private final Path file;
  private final Kind kind;
  private final EntryFormat format;
  private final int damaged;
  private FileChannel channel;
  private long rewriteAt;
  private boolean isBroken;

  /**
   * What is in a file.
   *
   * @param name 7 ASCII characters that its files begin with
   * @param version of what is in the entries, 0 to 255
   * @param maxEntryBytes the longest body of an entry
   */
  public record Kind(String name, int version, int maxEntryBytes) {
    public Kind {
      if (nameBytes(name).length != EntryFormat.NAME_BYTES) {
        throw new IllegalArgumentException("'" + name + "' is not 7 characters long");
      }
      if (version < 0 || version > 255 || maxEntryBytes < 1 || maxEntryBytes > 1024 * 1024) {
        throw new IllegalArgumentException(
            "version " + version + ", or entries of " + maxEntryBytes + " bytes");
      }
    }

    private static byte[] nameBytes(String name) {
      return name.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] nameBytes() {
      return nameBytes(name);
    }
  }

  /** Where entries are written to. */
  @FunctionalInterface
  public interface Target {
    /** Writes an entry; one that is empty, or longer than its kind allows, is left out. */
    void write(byte[] body) throws IOException;
  }

  /** Writes everything that is to be in the file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Target target) throws IOException;
  }

  private EntryLog(Path file, Kind kind, EntryFormat format, FileChannel channel, int damaged) {
    this.file = file;
    this.kind = kind;
    this.format = format;
    this.channel = channel;
    this.damaged = damaged;
    this.rewriteAt = damaged > 0 ? 0 : limit(0);
  }

  /**
   * Opens {@code file}, which is made where it is missing, and hands the body of every whole entry
   * to {@code entries}, the oldest first. A file that is none of this kind is put aside under
   * another name. What can't be read is said in one line of the program's log.
   *
   * @throws UnknownVersionException where the file is of this kind, and of another version
   * @throws IOException where it can't be read and written
   */
  public static EntryLog open(Path file, Kind kind, Consumer<byte[]> entries) throws IOException {
    if (Files.exists(file)) {
      EntryLog log = read(file, kind, entries);
      if (log != null) {
        return log;
      }
    }
    byte[] salt = new byte[EntryFormat.SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    EntryFormat format = new EntryFormat(salt);
    FileChannel channel = openPrivately(file);
    try {
      write(channel, format.header(kind.nameBytes(), kind.version()));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    return new EntryLog(file, kind, format, channel, 0);
  }

  /** Null where the file is to be begun anew. */
  private static @Nullable EntryLog read(Path file, Kind kind, Consumer<byte[]> entries)
      throws IOException {
    try (InputStream source = new BufferedInputStream(Files.newInputStream(file))) {
      byte[] start = source.readNBytes(EntryFormat.HEADER_BYTES);
      EntryFormat.Header header = EntryFormat.readHeader(start, kind.nameBytes()).orElse(null);
      if (header == null) {
        putAside(file, start.length);
        return null;
      }
      if (header.version() != kind.version()) {
        throw new UnknownVersionException(file, header.version(), kind.version());
      }
      if (start.length < EntryFormat.HEADER_BYTES) {
        return null;
      }
      EntryFormat format = header.format();
      EntryReader reader = new EntryReader(source, format, kind.maxEntryBytes());
      reader.read(entries);
      return resume(file, kind, format, reader);
    }
  }

  private static void putAside(Path file, int bytes) throws IOException {
    if (bytes > 0) {
      Path aside = file.resolveSibling(file.getFileName() + ".damaged");
      Files.move(file, aside, REPLACE_EXISTING, ATOMIC_MOVE);
      LOG.warn("{} can't be read: it is now {}, and another is begun", file, aside);
    }
  }

  private static EntryLog resume(Path file, Kind kind, EntryFormat format, EntryReader reader)
      throws IOException {
    FileChannel channel = FileChannel.open(file, WRITE);
    try {
      long cut = channel.size() - reader.goodEnd();
      if (cut > 0 || reader.damaged() > 0) {
        LOG.warn(
            "{} is damaged: {} places are passed over, {} bytes at its end cut off",
            file,
            reader.damaged(),
            cut);
      }
      channel.truncate(reader.goodEnd());
      channel.position(reader.goodEnd());
      return new EntryLog(file, kind, format, channel, reader.damaged());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileChannel openPrivately(Path file) throws IOException {
    Set<StandardOpenOption> options = Set.of(CREATE, TRUNCATE_EXISTING, WRITE);
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? FileChannel.open(
            file,
            options,
            new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            })
        : FileChannel.open(file, options);
  }

  /** Of what was read, entries of {@code bytes} in all still count. */
  public void assumeLive(long bytes) {
    rewriteAt = damaged > 0 ? 0 : limit(bytes);
  }

  /** How many places of the file could not be read when it was opened. */
  public int damaged() {
    return damaged;
  }

  /** {@code body} with what stands around it in the file. */
  public byte[] frame(byte[] body) {
    return body.length == 0 || body.length > kind.maxEntryBytes()
        ? new byte[0]
        : format.frame(body);
  }

  /**
   * Appends {@code frames}, as {@link #frame} has made them, or writes {@code all} where that is
   * shorter, or {@code anew}. Never fails: what can't be written is left out, which is logged,
   * until everything can be written anew.
   */
  public void append(byte[] frames, boolean anew, Content all) {
    try {
      if (channel.isOpen()) {
        if (anew || isBroken || channel.position() + frames.length > rewriteAt) {
          rewrite(all);
          isBroken = false;
        } else {
          write(channel, frames);
        }
      }
    } catch (IOException e) {
      if (!isBroken) {
        LOG.warn("nothing is written to {} until that works again", file, e);
      }
      isBroken = true;
    }
  }

  private void rewrite(Content all) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    FileChannel target = openPrivately(next);
    try {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(target), 64 * 1024);
      out.write(format.header(kind.nameBytes(), kind.version()));
      all.writeTo(body -> out.write(frame(body)));
      out.flush();
      target.force(true);
      Files.move(next, file, ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      target.close();
      throw e;
    }
    channel.close();
    channel = target;
    rewriteAt = limit(channel.position());
  }

  private static long limit(long live) {
    return 2 * live + SLACK_BYTES;
  }

  private static void write(FileChannel target, byte[] bytes) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    while (source.hasRemaining()) {
      target.write(source);
    }
  }

  /** Forces what was appended to the disk. Idempotent. */
  public void close() {
    try {
      if (channel.isOpen()) {
        channel.force(false);
        channel.close();
      }
    } catch (IOException e) {
      LOG.warn("{} was not closed well", file, e);
    }
  }
}
