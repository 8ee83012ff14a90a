package io.echonet.dds.storage.segment;

import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.disk.DiskTasks;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Changes that wait for the writing thread. While it waits for the disk more come, and the next
 * sync covers them all: that is what makes many of them cheap, and one alone quick.
 */
final class CommitQueue {
  private static final Logger LOG = LoggerFactory.getLogger(CommitQueue.class);

  private final String name;
  private final SegmentLog log;
  private final DiskTasks writer;
  private final DiskTasks others;
  private final int maxWaiting;
  private final int commitBytes;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final AtomicBoolean snapshotting = new AtomicBoolean();
  private boolean writing;

  /**
   * {@code writer} has one thread; on those of {@code others} the callers learn how it went, so
   * that what they do next does not keep the disk idle.
   */
  CommitQueue(
      String name, SegmentLog log, DiskTasks writer, DiskTasks others, SegmentStoreConfig config) {
    this.name = name;
    this.log = log;
    this.writer = writer;
    this.others = others;
    this.maxWaiting = config.maxWaitingOperations();
    this.commitBytes = config.commitBytes();
  }

  /** Emits whether {@code change} changed anything once that is durable. */
  Mono<Boolean> submit(Change change) {
    return Mono.defer(
        () -> {
          Waiting caller = new Waiting(change, Sinks.one());
          boolean first;
          synchronized (waiting) {
            if (waiting.size() >= maxWaiting) {
              return Mono.error(
                  new StorageException(name + ": " + maxWaiting + " changes wait for the disk"));
            }
            waiting.add(caller);
            first = !writing;
            writing = true;
          }
          if (first) {
            writer.submit(this::write, this::end);
          }
          return caller.end.asMono();
        });
  }

  private @Nullable Void write() {
    for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
      log.commit(batch.stream().map(Waiting::change).toList());
      List<Waiting> ended = batch;
      others.submit(() -> null, refused -> ended.forEach(Waiting::tell));
      if (log.isSnapshotDue() && snapshotting.compareAndSet(false, true)) {
        others.submit(this::snapshot, this::snapshotEnded);
      }
    }
    return null;
  }

  private @Nullable Void snapshot() throws IOException {
    log.writeSnapshot();
    return null;
  }

  private void snapshotEnded(@Nullable Throwable error) {
    snapshotting.set(false);
    if (error != null) {
      LOG.warn("{}: cannot write the index, opening would take longer: {}", name, error.toString());
    }
  }

  private List<Waiting> next() {
    List<Waiting> batch = new ArrayList<>();
    synchronized (waiting) {
      long bytes = 0;
      while (!waiting.isEmpty() && (batch.isEmpty() || bytes < commitBytes)) {
        Waiting next = waiting.remove();
        bytes += next.change.maxBytes();
        batch.add(next);
      }
      writing = !batch.isEmpty();
    }
    return batch;
  }

  /** The writing thread refused, or broke. */
  private void end(@Nullable Throwable error) {
    if (error != null) {
      List<Waiting> left;
      synchronized (waiting) {
        left = new ArrayList<>(waiting);
        waiting.clear();
        writing = false;
      }
      left.forEach(caller -> caller.end.tryEmitError(error));
    }
  }

  private record Waiting(Change change, Sinks.One<Boolean> end) {
    void tell() {
      Exception failure = change.failure();
      if (failure == null) {
        end.tryEmitValue(change.changed());
      } else {
        end.tryEmitError(failure);
      }
    }
  }
}
