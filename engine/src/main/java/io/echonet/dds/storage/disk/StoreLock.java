package io.echonet.dds.storage.disk;

import io.echonet.dds.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The claim of one process, and of one store within it, on a folder. */
public final class StoreLock {
  /*
   * Where locks belong to processes, as POSIX has it, closing any channel to the lock file gives up the lock, whichever
   * channel took it. So a second store in this process must not even open the file, which is what HELD is for.
   */

  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();
  private static final int MAX_OWNER_BYTES = 32;

  private final Path folder;
  private final FileChannel channel;

  private StoreLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Claims {@code folder}, which exists, by the file {@code lockFile} in it.
   *
   * @throws StorageException where it is in use
   */
  public static StoreLock acquire(Path folder, Path lockFile) throws IOException {
    Path real = folder.toRealPath();
    if (!HELD.add(real)) {
      throw new StorageException(folder + " is already open in this process");
    }
    try {
      return new StoreLock(real, lock(folder, lockFile));
    } catch (IOException | RuntimeException e) {
      HELD.remove(real);
      throw e;
    }
  }

  private static FileChannel lock(Path folder, Path lockFile) throws IOException {
    FileChannel channel =
        FileChannel.open(
            lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new StorageException(
            folder + " is in use by another dds process" + ownerIn(lockFile));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Which process it is, where its lock file says so; only ever part of a message. */
  private static String ownerIn(Path lockFile) {
    try {
      if (Files.size(lockFile) <= MAX_OWNER_BYTES) {
        String pid = Files.readString(lockFile, StandardCharsets.US_ASCII);
        return pid.matches("[0-9]+") ? " (process " + pid + ")" : "";
      }
    } catch (IOException e) {
      // The message does without.
    }
    return "";
  }

  /** Gives the folder up; blocks for a moment. */
  public void release() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock ends with the process at the latest.
    } finally {
      HELD.remove(folder);
    }
  }
}
