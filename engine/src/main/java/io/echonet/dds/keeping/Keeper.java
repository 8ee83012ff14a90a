package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageProvider;
import reactor.core.publisher.Mono;

/**
 * The chunks of a node and the roots that keep them, which belong together: whoever stores by it
 * and whoever collects by it do not get into each other's way.
 */
public final class Keeper {
  private final StorageProvider store;
  private final Roots roots;
  private final Protection protection = new Protection();

  private Keeper(StorageProvider store, Roots roots) {
    this.store = new GuardedStore(store, protection);
    this.roots = roots;
  }

  /** The keeper of what {@code store} holds, by which everybody must store from now on. */
  public static Keeper of(StorageProvider store, Roots roots) {
    return new Keeper(store, roots);
  }

  /** The store. What is being stored is never collected; what is stored may be. */
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

  Roots roots() {
    return roots;
  }

  Protection protection() {
    return protection;
  }
}
