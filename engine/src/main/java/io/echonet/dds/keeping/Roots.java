package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * The names of the contents that are kept. Methods may be called from any thread; work starts on
 * subscription. Errors are {@link io.echonet.dds.storage.StorageException}s.
 */
public interface Roots {
  /**
   * Makes the content named {@code cid} a root for one more reason; completes when that would
   * survive a power cut (where roots are durable at all).
   */
  Mono<Void> add(Cid cid, RootKind kind);

  /** Makes it a root no more, for whatever reason it was; answers whether it was one. */
  Mono<Boolean> remove(Cid cid);

  /** All of them, by their names. */
  Mono<List<Root>> all();

  /**
   * Fails where there may be contents that should be kept and are no roots, so that nothing may be
   * collected; the message says what to do.
   */
  Mono<Void> check();

  /** Roots that are forgotten with the process. */
  static Roots inMemory() {
    return new RootsInMemory();
  }
}
