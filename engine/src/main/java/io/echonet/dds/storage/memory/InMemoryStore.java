package io.echonet.dds.storage.memory;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store that forgets everything when it is closed; what it holds is bounded in bytes. */
public final class InMemoryStore implements StorageProvider {
  private final InMemoryStoreConfig config;
  private final Map<Cid, Chunk> held = new ConcurrentHashMap<>();
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
  public Mono<Void> store(Chunk chunk) {
    return whileOpen(
            () ->
                held.computeIfAbsent(
                    chunk.cid(),
                    cid -> {
                      reserve(chunk);
                      return chunk;
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
    return whileOpen(() -> held.get(cid));
  }

  @Override
  public Mono<Boolean> has(Cid cid) {
    return whileOpen(() -> held.containsKey(cid));
  }

  @Override
  public Mono<Boolean> delete(Cid cid) {
    return whileOpen(
        () -> {
          Chunk removed = held.remove(cid);
          if (removed != null) {
            release(removed);
          }
          return removed != null;
        });
  }

  @Override
  public Flux<Cid> storedCids() {
    return whileOpen(held::keySet).flatMapIterable(cids -> cids);
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
}
