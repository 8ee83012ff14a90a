package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What a collection may not take: what is being stored, published or pinned, and what was since the
 * collection began. Thread-safe.
 */
final class Protection {
  /*
   * A chunk is deleted only once it was claimed here, and one that is protected can't be claimed. Whoever protects one
   * that has been claimed waits for its end, and then stores it anew; so nobody is told "held already" of a chunk that
   * goes.
   *
   * A collection knows the roots as they were when it began. So what a publish has written stays protected beyond the
   * publish's end, when it has a root, until the collection ends that may not know of that root.
   */

  private final Set<Hold> holds = new LinkedHashSet<>();
  private final Map<Cid, Sinks.Empty<Void>> goes = new HashMap<>();
  private @Nullable DigestSet sinceItBegan;

  /** Protects chunks from now on, until it is released. */
  synchronized Hold hold() {
    Hold hold = new Hold(this);
    holds.add(hold);
    return hold;
  }

  /** Completes when the chunk is safe, held or not. */
  Mono<Void> protect(Hold hold, Cid cid) {
    return Mono.defer(() -> enter(hold, cid));
  }

  private synchronized Mono<Void> enter(Hold hold, Cid cid) {
    if (!holds.contains(hold)) {
      return Mono.error(new IllegalStateException("released"));
    }
    hold.cids().add(cid);
    Sinks.Empty<Void> end = goes.get(cid);
    return end == null ? Mono.empty() : end.asMono();
  }

  synchronized void release(Hold hold) {
    if (holds.remove(hold) && sinceItBegan != null) {
      sinceItBegan.addAll(hold.cids());
    }
  }

  /** One collection at a time; it must {@link #end}. */
  synchronized void begin() {
    if (sinceItBegan != null) {
      throw new DdsException("a collection is under way already");
    }
    sinceItBegan = new DigestSet();
  }

  synchronized void end() {
    sinceItBegan = null;
  }

  /** Whether the collection may delete the chunk; it must say when it has {@link #gone}. */
  synchronized boolean claim(Cid cid) {
    if (isProtected(cid)) {
      return false;
    }
    goes.put(cid, Sinks.empty());
    return true;
  }

  synchronized boolean isProtected(Cid cid) {
    if (sinceItBegan != null && sinceItBegan.contains(cid)) {
      return true;
    }
    for (Hold hold : holds) {
      if (hold.cids().contains(cid)) {
        return true;
      }
    }
    return false;
  }

  void gone(Cid cid) {
    Sinks.Empty<Void> end;
    synchronized (this) {
      end = goes.remove(cid);
    }
    if (end != null) {
      end.tryEmitEmpty();
    }
  }
}
