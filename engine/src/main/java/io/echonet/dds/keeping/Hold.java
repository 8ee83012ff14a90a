package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import reactor.core.publisher.Mono;

/** Chunks that no collection takes until it is released, whether they have a root or not. */
public final class Hold {
  private final Protection protection;
  private final DigestSet cids = new DigestSet();

  Hold(Protection protection) {
    this.protection = protection;
  }

  /**
   * Completes when the chunk named {@code cid} is safe: after that it can be stored, or found to be
   * held, and stays. Waits for a collection that is just taking it.
   */
  public Mono<Void> protect(Cid cid) {
    return protection.protect(this, cid);
  }

  /**
   * Protects nothing any more; a collection that is under way spares all the same what was
   * protected. Idempotent.
   */
  public void release() {
    protection.release(this);
  }

  /** Under the protection's lock. */
  DigestSet cids() {
    return cids;
  }
}
