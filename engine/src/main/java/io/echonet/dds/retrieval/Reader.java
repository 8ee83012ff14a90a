package io.echonet.dds.retrieval;

import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/** One who reads a content: the chunks it waits for, first things first. */
final class Reader {
  private final TreeSet<FetchTask> tasks = new TreeSet<>(Comparator.comparingInt(FetchTask::index));
  private long lastProgress;

  /** What it waits for, in the order it is needed. */
  Set<FetchTask> tasks() {
    return tasks;
  }

  /** What it needs next; it must wait for something. */
  FetchTask first() {
    return tasks.first();
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
