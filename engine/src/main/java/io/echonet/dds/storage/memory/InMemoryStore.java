package io.echonet.dds.storage.memory;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.StoredChunk;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store that forgets everything when it is closed; what it holds is bounded in bytes. */
public final class InMemoryStore implements StorageProvider {
  private final InMemoryStoreConfig config;
  private final Map<Cid, Held> held = new ConcurrentHashMap<>();
  private long bytes;
  private int chunks;
  private volatile boolean closed;

  private InMemoryStore(InMemoryStoreConfig config) {
    this.config = config;
  }

  /** An empty store. */
  public static StorageProvider create(InMemoryStoreConfig config) {
    return new InMemoryStore(config);
  }

  @Override
  public Mono<Void> store(Chunk chunk, Holding holding) {
    return whileOpen(
            () ->
                held.compute(
                    chunk.cid(),
                    (cid, before) -> {
                      if (before != null) {
                        return before.alsoFor(holding);
                      }
                      reserve(chunk);
                      return new Held(chunk, Set.of(holding));
                    }))
        .then();
  }

  private synchronized void reserve(Chunk chunk) {
    if (bytes + chunk.size() > config.maxBytes() || chunks >= config.maxChunks()) {
      throw new StorageFullException(
          "no room for %s: memory is limited to %d bytes in %d chunks"
              .formatted(chunk, config.maxBytes(), config.maxChunks()));
    }
    bytes += chunk.size();
    chunks++;
  }

  private synchronized void release(Chunk chunk) {
    bytes -= chunk.size();
    chunks--;
  }

  @Override
  public Mono<Chunk> retrieve(Cid cid) {
    return whileOpen(() -> held.get(cid)).map(Held::chunk);
  }

  @Override
  public Mono<Boolean> has(Cid cid) {
    return whileOpen(() -> held.containsKey(cid));
  }

  @Override
  public Mono<Boolean> delete(Cid cid) {
    return whileOpen(
        () -> {
          Held removed = held.remove(cid);
          if (removed != null) {
            release(removed.chunk);
          }
          return removed != null;
        });
  }

  @Override
  public Flux<StoredChunk> stored() {
    return whileOpen(held::values).flatMapIterable(all -> all).map(Held::listed);
  }

  @Override
  public Mono<StorageUsage> usage() {
    return whileOpen(this::count);
  }

  private synchronized StorageUsage count() {
    long free = chunks >= config.maxChunks() ? 0 : config.maxBytes() - bytes;
    return new StorageUsage(chunks, bytes, config.maxBytes(), free);
  }

  private <T> Mono<T> whileOpen(Supplier<@Nullable T> action) {
    return Mono.fromSupplier(
        () -> {
          if (closed) {
            throw new StorageException("the in-memory store is closed");
          }
          return action.get();
        });
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(
        () -> {
          closed = true;
          held.clear();
        });
  }

  private record Held(Chunk chunk, Set<Holding> holdings) {
    Held alsoFor(Holding holding) {
      return holdings.contains(holding) ? this : new Held(chunk, EnumSet.allOf(Holding.class));
    }

    StoredChunk listed() {
      return new StoredChunk(chunk.cid(), chunk.size(), holdings);
    }
  }
}
