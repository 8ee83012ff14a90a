package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

/** Roots as durable as the process. */
final class RootsInMemory implements Roots {
  private final SortedMap<Cid, Set<RootKind>> roots = new TreeMap<>();

  @Override
  public Mono<Void> add(Cid cid, RootKind kind) {
    return Mono.fromRunnable(() -> put(cid, kind));
  }

  private synchronized void put(Cid cid, RootKind kind) {
    roots.computeIfAbsent(cid, name -> EnumSet.noneOf(RootKind.class)).add(kind);
  }

  @Override
  public Mono<Boolean> remove(Cid cid) {
    return Mono.fromSupplier(() -> take(cid));
  }

  private synchronized boolean take(Cid cid) {
    return roots.remove(cid) != null;
  }

  @Override
  public Mono<List<Root>> all() {
    return Mono.fromSupplier(this::list);
  }

  @Override
  public Mono<Void> check() {
    return Mono.empty();
  }

  private synchronized List<Root> list() {
    return roots.entrySet().stream().map(root -> new Root(root.getKey(), root.getValue())).toList();
  }
}
