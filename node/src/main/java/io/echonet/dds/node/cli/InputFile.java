package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.MachineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/** Content to publish: a file, or standard input under the name {@code -}. */
final class InputFile {
  /** The name that stands for standard input. */
  static final String STANDARD_INPUT = "-";

  private static final int BUFFER_BYTES = 256 * 1024;

  private final @Nullable Path path;
  private final Console console;

  private InputFile(@Nullable Path path, Console console) {
    this.path = path;
    this.console = console;
  }

  /**
   * What {@code name} stands for; nothing is opened yet.
   *
   * @throws UsageException where there is no such file, or it is a folder
   * @throws MachineException where it may not be read
   */
  static InputFile of(String name, Console console) {
    if (name.equals(STANDARD_INPUT)) {
      return new InputFile(null, console);
    }
    if (name.isEmpty()) {
      throw new UsageException("'' names no file");
    }
    Path path = Path.of(name);
    if (Files.notExists(path)) {
      throw new UsageException("there is no file '" + name + "'");
    }
    if (Files.isDirectory(path)) {
      throw new UsageException("'" + name + "' is a folder; name a file to publish");
    }
    if (!Files.isReadable(path)) {
      throw new MachineException("'" + name + "' can't be read: permission denied");
    }
    return new InputFile(path, console);
  }

  /** The length in bytes, where it is known before all is read. */
  OptionalLong size() {
    return path != null && Files.isRegularFile(path)
        ? OptionalLong.of(path.toFile().length())
        : OptionalLong.empty();
  }

  /**
   * The bytes, in heap buffers of at most 256 KiB. Cold; demand counts buffers, and each is read
   * when it is requested, on {@code scheduler}, which may block.
   *
   * <p>Errors: {@link MachineException} where reading fails; {@link InputChangedException} where
   * the file's length or time changed meanwhile, as what was read then is neither the old nor the
   * new.
   */
  Flux<ByteBuffer> bytes(Scheduler scheduler) {
    return Flux.using(this::open, this::read, Reading::close).subscribeOn(scheduler);
  }

  private Reading open() throws IOException {
    if (path == null) {
      return new Reading("standard input", null, Channels.newChannel(console.in()), null);
    }
    try {
      boolean regular = Files.isRegularFile(path);
      return new Reading(
          path.toString(), path, Files.newByteChannel(path), regular ? Stamp.of(path) : null);
    } catch (IOException e) {
      throw MachineException.of("cannot read " + path, e);
    }
  }

  private Flux<ByteBuffer> read(Reading reading) {
    return Flux.generate(reading::next);
  }

  /** What tells one version of a file from another, as far as the file system shows it. */
  private record Stamp(long size, long modifiedNanos, @Nullable Object fileKey) {
    static Stamp of(Path path) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(
          attributes.size(),
          attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS),
          attributes.fileKey());
    }
  }

  /** One pass over the bytes. */
  private record Reading(
      String name, @Nullable Path path, ReadableByteChannel channel, @Nullable Stamp before) {
    void next(SynchronousSink<ByteBuffer> sink) {
      try {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        if (channel.read(buffer) < 0) {
          checkUnchanged();
          sink.complete();
        } else {
          sink.next(buffer.flip());
        }
      } catch (IOException e) {
        sink.error(MachineException.of("cannot read " + name, e));
      } catch (InputChangedException e) {
        sink.error(e);
      }
    }

    private void checkUnchanged() throws IOException {
      if (path != null && before != null && !before.equals(Stamp.of(path))) {
        throw new InputChangedException(
            name + " changed while it was read; publish it again when it is at rest");
      }
    }

    void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw MachineException.of("cannot close " + name, e);
      }
    }
  }
}
