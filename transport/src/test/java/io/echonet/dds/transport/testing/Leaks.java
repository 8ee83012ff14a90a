package io.echonet.dds.transport.testing;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The leaks that were reported in this JVM and that nobody has answered for yet. */
public final class Leaks {
  /** A buffer may hold the last reference to another, which only the next collection finds. */
  private static final int COLLECTIONS = 3;

  private static final long COLLECTION_TIMEOUT_MILLIS = 5_000;

  private static final ConcurrentLinkedQueue<String> REPORTS = new ConcurrentLinkedQueue<>();

  private Leaks() {}

  static void report(String leak) {
    REPORTS.add(leak);
  }

  /**
   * Collects garbage and throws when anything was dropped without being released, each leak being
   * thrown once. Blocks for some tens of milliseconds.
   *
   * @throws AssertionError with the resources and, of each, the places that touched it last
   */
  public static void verifyNone() {
    for (int i = 0; i < COLLECTIONS; i++) {
      collectGarbage();
      LeakDetector.poll();
    }
    List<String> leaks = new ArrayList<>();
    for (String leak = REPORTS.poll(); leak != null; leak = REPORTS.poll()) {
      leaks.add(leak);
    }
    if (!leaks.isEmpty()) {
      throw new AssertionError("Leaks found: " + leaks.size() + "\n" + String.join("\n", leaks));
    }
  }

  /** Returns once a collection has found an object that was dropped just before. */
  private static void collectGarbage() {
    ReferenceQueue<Object> found = new ReferenceQueue<>();
    PhantomReference<Object> canary = new PhantomReference<>(new Object(), found);
    System.gc();
    try {
      if (found.remove(COLLECTION_TIMEOUT_MILLIS) == null) {
        throw new AssertionError("No garbage collection; is -XX:+DisableExplicitGC set?");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while looking for leaks", e);
    } finally {
      Reference.reachabilityFence(canary);
    }
  }
}
