package io.echonet.dds.node.cli;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.content.Sha256;
import io.echonet.dds.node.config.MachineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears under its name only when it is complete and verified. Until then what is
 * verified lies beside it in {@code NAME.dds-partial}, from its beginning; where the content does
 * not become complete it stays there, and the next one to write the same file goes on behind it.
 *
 * <p>What lies there is believed no further than its chunks have the hashes that the manifest
 * names; so it matters neither who wrote it nor how its writing ended. Thread-safe: it may be
 * closed while another thread writes.
 */
final class ResumableOutput implements Output {
  static final String SUFFIX = ".dds-partial";

  private static final Set<StandardOpenOption> OPEN =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final TargetFile target;
  private final Path partial;
  private final Console console;
  private final MessageDigest digest = Sha256.newDigest();
  private @Nullable FileChannel channel;
  private @Nullable Manifest manifest;
  private long verified;
  private boolean spoilt;
  private boolean over;

  private ResumableOutput(TargetFile target, Path partial, Console console) {
    this.target = target;
    this.partial = partial;
    this.console = console;
  }

  /**
   * Locks what is there of {@code path}, or sees whether anything can be; makes no file yet.
   *
   * @throws MachineException where it can't be written, or another process writes it
   */
  static ResumableOutput open(Path path, Console console) {
    TargetFile target = TargetFile.of(path);
    ResumableOutput output = new ResumableOutput(target, target.beside("", SUFFIX), console);
    try {
      if (Files.exists(output.partial, LinkOption.NOFOLLOW_LINKS)) {
        output.openExisting();
      } else if (!Files.isWritable(folder(output.partial))) {
        throw new AccessDeniedException(folder(output.partial).toString());
      }
      return output;
    } catch (IOException e) {
      throw target.cannotWrite(e);
    }
  }

  private static Path folder(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent());
  }

  private void openExisting() throws IOException {
    if (!Files.isRegularFile(partial, LinkOption.NOFOLLOW_LINKS)) {
      throw new MachineException(
          "cannot write " + target + ": " + partial + " is in the way, and is no regular file");
    }
    FileChannel opened = lock(FileChannel.open(partial, OPEN));
    if (Files.notExists(partial)) {
      opened.close(); // Its writer has finished, or given it up.
      return;
    }
    channel = opened;
  }

  private FileChannel create() throws IOException {
    try {
      FileChannel created =
          lock(FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
      channel = created;
      return created;
    } catch (FileAlreadyExistsException e) {
      throw beingWritten();
    }
  }

  private FileChannel lock(FileChannel opened) throws IOException {
    try {
      FileLock lock = opened.tryLock();
      if (lock != null) {
        return opened;
      }
    } catch (OverlappingFileLockException e) {
      // This process has it, which is the same.
    }
    opened.close();
    throw beingWritten();
  }

  private MachineException beingWritten() {
    return new MachineException(
        "cannot write " + target + ": another process is writing " + partial);
  }

  private void remove() throws IOException {
    FileChannel opened = channel;
    channel = null;
    if (opened != null) {
      // The name first: if closing fails it is gone all the same.
      Files.deleteIfExists(partial);
      opened.close();
    }
  }

  @Override
  public synchronized long resume(Manifest content) throws InterruptedException {
    manifest = content;
    FileChannel opened = channel;
    if (opened == null) {
      return 0;
    }
    try {
      readVerified(opened, content);
      opened.truncate(verified);
      opened.position(verified);
      if (verified == 0) {
        console.note(partial + " holds nothing of this content and is replaced");
      }
      return verified;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw MachineException.of("cannot read " + partial, e);
    }
  }

  private void readVerified(FileChannel opened, Manifest content) throws IOException {
    int count = content.chunkCids().size();
    for (int i = 0; i < count; i++) {
      ByteBuffer chunk = ByteBuffer.allocate(Math.toIntExact(content.chunkLength(i)));
      while (chunk.hasRemaining() && opened.read(chunk, verified + chunk.position()) > 0) {
        // As much of it as is there.
      }
      if (chunk.hasRemaining() || !Cid.hash(chunk.flip()).equals(content.chunkCids().get(i))) {
        return;
      }
      digest.update(chunk.rewind());
      verified += chunk.limit();
    }
  }

  @Override
  public synchronized void write(ByteBuffer bytes) {
    if (over) {
      throw new IllegalStateException("closed");
    }
    int length = bytes.remaining();
    digest.update(bytes.duplicate());
    try {
      target.write(channel == null ? create() : channel, bytes);
    } catch (IOException e) {
      throw target.cannotWrite(e);
    }
    verified += length;
  }

  @Override
  public synchronized void commit() {
    if (manifest != null && !Arrays.equals(digest.digest(), manifest.contentSha256())) {
      spoil();
      throw new IntegrityException(
          "the chunks of " + manifest.cid() + " are right, but the whole has another hash");
    }
    try {
      target.become(partial, channel == null ? create() : channel);
    } catch (IOException e) {
      throw target.cannotWrite(e);
    }
    over = true;
    close();
  }

  @Override
  public synchronized void spoil() {
    spoilt = true;
  }

  @Override
  public synchronized void close() {
    try {
      if (!over && channel != null && (spoilt || isEmpty())) {
        remove();
      } else if (!over && verified > 0) {
        console.note(
            "kept "
                + verified
                + " verified bytes in "
                + partial
                + "; the same command goes on from there");
      }
      over = true;
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw MachineException.of("cannot remove " + partial, e);
    }
  }

  /** Where nothing has been looked at, what is there is left as it is. */
  private boolean isEmpty() throws IOException {
    return manifest == null ? Files.size(partial) == 0 : verified == 0;
  }
}
