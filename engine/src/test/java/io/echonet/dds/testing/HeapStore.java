package io.echonet.dds.testing;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.StoredChunk;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A store whose disk can be full, broken or slow. */
public final class HeapStore implements StorageProvider {
  private final Map<Cid, Chunk> chunks = new ConcurrentHashMap<>();
  private final Map<Cid, Set<Holding>> holdings = new ConcurrentHashMap<>();
  private final Scheduler scheduler;
  private final Set<Cid> rotten = ConcurrentHashMap.newKeySet();
  private final AtomicInteger reads = new AtomicInteger();
  private volatile long room = Long.MAX_VALUE;
  private volatile boolean broken;
  private volatile Mono<Void> gate = Mono.empty();

  public HeapStore(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** From now on so many chunks fit in. */
  public void setRoom(long newRoom) {
    room = newRoom;
  }

  /** From now on reading fails. */
  public void setBroken(boolean nowBroken) {
    broken = nowBroken;
  }

  /** From now on reading and storing waits for this. */
  public void setGate(Mono<Void> newGate) {
    gate = newGate;
  }

  /** What is held of {@code cid} no longer hashes to it; found out by the next to read it. */
  public void rot(Cid cid) {
    rotten.add(cid);
  }

  /** How often a chunk was read, found or not. */
  public int reads() {
    return reads.get();
  }

  public void put(Chunk chunk) {
    put(chunk, Holding.OWN);
  }

  private void put(Chunk chunk, Holding holding) {
    holdings.computeIfAbsent(chunk.cid(), cid -> ConcurrentHashMap.newKeySet()).add(holding);
    chunks.put(chunk.cid(), chunk);
  }

  /** Why {@code cid} is held. */
  public Set<Holding> holdings(Cid cid) {
    return Set.copyOf(holdings.getOrDefault(cid, Set.of()));
  }

  public List<Cid> cids() {
    return chunks.keySet().stream().sorted().toList();
  }

  public boolean holds(Cid cid) {
    return chunks.containsKey(cid);
  }

  @Override
  public Mono<Void> store(Chunk chunk, Holding holding) {
    return Mono.defer(() -> gate)
        .then(
            Mono.<Void>fromRunnable(
                () -> {
                  if (!holds(chunk.cid()) && chunks.size() >= room) {
                    throw new StorageFullException("no room for " + chunk);
                  }
                  put(chunk, holding);
                }))
        .subscribeOn(scheduler);
  }

  @Override
  public Mono<Chunk> retrieve(Cid cid) {
    return Mono.defer(() -> gate)
        .then(
            Mono.fromCallable(
                () -> {
                  reads.incrementAndGet();
                  if (broken) {
                    throw new StorageException("broken at /some/path");
                  }
                  if (rotten.remove(cid)) {
                    chunks.remove(cid);
                    throw new IntegrityException("what is stored as " + cid + " has rotted");
                  }
                  return chunks.get(cid);
                }))
        .subscribeOn(scheduler);
  }

  @Override
  public Mono<Boolean> has(Cid cid) {
    return Mono.fromCallable(() -> holds(cid)).subscribeOn(scheduler);
  }

  @Override
  public Mono<Boolean> delete(Cid cid) {
    return Mono.fromCallable(
            () -> {
              holdings.remove(cid);
              return chunks.remove(cid) != null;
            })
        .subscribeOn(scheduler);
  }

  @Override
  public Flux<StoredChunk> stored() {
    return Flux.defer(() -> Flux.fromIterable(chunks.values()))
        .map(chunk -> new StoredChunk(chunk.cid(), chunk.size(), holdings(chunk.cid())))
        .subscribeOn(scheduler);
  }

  @Override
  public Mono<StorageUsage> usage() {
    return stored()
        .collect(Collectors.summarizingLong(StoredChunk::size))
        .map(
            all ->
                new StorageUsage(
                    all.getCount(), all.getSum(), StorageUsage.UNLIMITED, Long.MAX_VALUE));
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}
