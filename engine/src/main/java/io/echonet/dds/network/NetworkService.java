package io.echonet.dds.network;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import java.util.List;
import java.util.Optional;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks other nodes in the messages of PROTOCOL section 2, and answers them. Each request goes on a
 * stream of its own, which is reset when the request is cancelled, fails or takes too long. Errors
 * are {@link ExchangeException}s, whose {@link Fault} tells what to make of them.
 */
public interface NetworkService {
  /** The protocol id. */
  String PROTOCOL = "/digisocialblock/dds/0.1.0";

  /**
   * The messages over {@code host}.
   *
   * @param hashing where chunks are hashed; no event loop ever is
   * @param timer where timeouts are kept
   */
  static NetworkService of(Host host, NetworkConfig config, Scheduler hashing, Scheduler timer) {
    return new DdsNetworkService(host, config, hashing, timer);
  }

  /** StoreChunk; completes when {@code peer} says that it holds {@code chunk} durably. */
  Mono<Void> storeChunk(PeerId peer, Chunk chunk);

  /**
   * RetrieveChunk of at most 262,144 bytes, verified, on the hashing scheduler. More bytes, or
   * others, are {@link Fault#MISBEHAVED}.
   */
  Mono<Chunk> retrieveChunk(PeerId peer, Cid cid);

  /**
   * As {@link #retrieveChunk}, for what may be a manifest of up to 4 MiB.
   *
   * <p>Errors: also {@link io.echonet.dds.content.InvalidManifestException} where the bytes are
   * those asked for but are longer than a chunk and no valid manifest, which no other peer can
   * better.
   */
  Mono<Chunk> retrieveManifest(PeerId peer, Cid cid);

  /** FindProviders: whom {@code peer} knows or finds to hold {@code cid}, itself included. */
  Mono<List<PeerId>> findProviders(PeerId peer, Cid cid);

  /** ReplicationInstruction; completes when {@code peer} has agreed to fetch {@code cid}. */
  Mono<Void> replicate(PeerId peer, Cid cid, Optional<PeerId> source);

  /** Prove: whether {@code peer} shows that it holds this very chunk now. */
  Mono<Boolean> prove(PeerId peer, Chunk chunk);

  /**
   * Answers other nodes' requests from {@code store} until disposed of.
   *
   * @param replications is given the instructions that other nodes send
   * @throws IllegalStateException where the host serves the protocol already
   */
  Disposable serve(
      StorageProvider store,
      Discovery discovery,
      StorePolicy policy,
      ReplicationRequests replications);
}
