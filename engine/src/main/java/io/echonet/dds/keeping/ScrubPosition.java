package io.echonet.dds.keeping;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.echonet.dds.content.Cid;
import io.echonet.dds.multiformats.MalformedEncodingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * How far scrubbing has come, in a file of one line: the name of the last chunk that was looked at,
 * or the time when all had been. Losing it costs another look, no more; so it is not forced to the
 * disk, and nothing fails for it.
 */
public final class ScrubPosition {
  private static final Logger LOG = LoggerFactory.getLogger(ScrubPosition.class);
  private static final int MAX_BYTES = 128;

  private final Path file;
  private final Scheduler disk;

  /**
   * In {@code file}.
   *
   * @param disk where what blocks is done
   */
  public ScrubPosition(Path file, Scheduler disk) {
    this.file = file;
    this.disk = disk;
  }

  /** Behind which chunk a pass goes on, or when the last one was over; neither for a new one. */
  record State(Optional<Cid> after, Optional<Instant> over) {
    static final State NEW = new State(Optional.empty(), Optional.empty());
  }

  Mono<State> read() {
    return Mono.fromCallable(this::parse)
        .onErrorReturn(NoSuchFileException.class, State.NEW)
        .onErrorResume(
            e -> {
              LOG.warn("scrubbing begins anew, as {} can't be read: {}", file, e.toString());
              return Mono.just(State.NEW);
            })
        .subscribeOn(disk);
  }

  private State parse() throws IOException {
    try (var in = Files.newInputStream(file)) {
      String line = new String(in.readNBytes(MAX_BYTES), UTF_8).strip();
      return line.contains(":")
          ? new State(Optional.empty(), Optional.of(Instant.parse(line)))
          : new State(Optional.of(Cid.parse(line)), Optional.empty());
    } catch (MalformedEncodingException | DateTimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  Mono<Void> reached(Cid cid) {
    return write(cid.toString());
  }

  Mono<Void> over(Instant time) {
    return write(time.toString());
  }

  private Mono<Void> write(String line) {
    return Mono.<Void>fromCallable(
            () -> {
              Path next = file.resolveSibling(file.getFileName() + ".new");
              Files.writeString(next, line + "\n");
              Files.move(
                  next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
              return null;
            })
        .onErrorResume(
            e -> {
              LOG.debug("the position of scrubbing was not written to {}", file, e);
              return Mono.empty();
            })
        .subscribeOn(disk);
  }
}
