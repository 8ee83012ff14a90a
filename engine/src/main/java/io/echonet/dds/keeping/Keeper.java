package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageProvider;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The chunks of a node and the roots that keep them, which belong together: whoever stores by it
 * and whoever collects by it do not get into each other's way.
 */
public final class Keeper {
  private final StorageProvider bare;
  private final StorageProvider store;
  private final Roots roots;
  private final KeepingConfig config;
  private final Scheduler timer;
  private final Protection protection = new Protection();
  private final Collector collector;

  private Keeper(StorageProvider bare, Roots roots, KeepingConfig config, Scheduler timer) {
    this.bare = bare;
    this.roots = roots;
    this.config = config;
    this.timer = timer;
    Uses uses = new Uses(config.rememberedUses());
    this.collector = new Collector(bare, roots, protection, uses, config, timer);
    Eviction eviction = new Eviction(bare, collector, config, timer);
    this.store = new GuardedStore(bare, protection, uses, eviction);
  }

  /**
   * The keeper of what {@code store} holds, by which everybody must store from now on.
   *
   * @param timer where rates are kept
   */
  public static Keeper of(
      StorageProvider store, Roots roots, KeepingConfig config, Scheduler timer) {
    return new Keeper(store, roots, config, timer);
  }

  /**
   * The store. What is being stored is never collected; what is stored may be. Where it has a quota
   * and that is reached, what nothing keeps gives way.
   */
  public StorageProvider store() {
    return store;
  }

  /** Protects chunks that are to be stored, or found to be held, before there is a root. */
  public Hold hold() {
    return protection.hold();
  }

  /** Completes when the content named {@code cid}, which was published here, is a root. */
  public Mono<Void> published(Cid cid) {
    return roots.add(cid, RootKind.PUBLISHED);
  }

  /** The store, for reading that is no use of a chunk. */
  StorageProvider bare() {
    return bare;
  }

  Roots roots() {
    return roots;
  }

  Collector collector() {
    return collector;
  }

  KeepingConfig config() {
    return config;
  }

  Scheduler timer() {
    return timer;
  }
}
