package io.echonet.dds.retrieval;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;

/** One who reads a content: the chunks it waits for, first things first. */
final class Reader {
  private final TreeSet<FetchTask> tasks = new TreeSet<>(Comparator.comparingInt(FetchTask::index));
  private final int last;
  private long lastProgress;

  /** A reader that will want nothing behind the chunk at index {@code last}. */
  Reader(int last) {
    this.last = last;
  }

  /** What it waits for, in the order it is needed. */
  NavigableSet<FetchTask> tasks() {
    return tasks;
  }

  /** What it needs next; it must wait for something. */
  FetchTask first() {
    return tasks.first();
  }

  /** Whether it waits for the last thing it will want, and everything has been asked for. */
  boolean isEndInSight() {
    return tasks.last().index() == last
        && tasks.stream().noneMatch(task -> task.attempts().isEmpty());
  }

  void add(FetchTask task, long now) {
    if (tasks.isEmpty()) {
      lastProgress = now;
    }
    tasks.add(task);
  }

  void progressed(long now) {
    lastProgress = now;
  }

  /** When it last got a chunk, or began to wait for one, in nanoseconds. */
  long lastProgress() {
    return lastProgress;
  }
}
