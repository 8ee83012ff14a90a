package io.echonet.dds.replication;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.content.TooFewCopiesException;
import io.echonet.dds.network.ExchangeException;
import io.echonet.dds.network.Fault;
import io.echonet.dds.network.NetworkService;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * The copies of one content on other nodes, from its first chunk until enough have confirmed all.
 */
public final class Seeding {
  /*
   * The nodes known when it begins are pushed to while the content is being read, from memory, and slow it down to
   * their pace. Where one of them fails another takes its place only when the content has been read, and is given all
   * of it from the store: it has missed the beginning anyway.
   */

  private static final int MAX_PROBLEMS_TOLD = 5;

  private final NetworkService network;
  private final StorageProvider store;
  private final ReplicationConfig config;
  private final Scheduler timer;
  private final Candidates candidates;
  private final int copies;
  private final Set<PeerId> inStep = ConcurrentHashMap.newKeySet();
  private final Set<PeerId> confirmed = ConcurrentHashMap.newKeySet();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();

  Seeding(
      NetworkService network,
      StorageProvider store,
      ReplicationConfig config,
      Scheduler timer,
      Candidates candidates,
      int copies,
      List<PeerId> first) {
    this.network = network;
    this.store = store;
    this.config = config;
    this.timer = timer;
    this.candidates = candidates;
    this.copies = copies;
    inStep.addAll(first);
  }

  /**
   * Pushes {@code chunks}, each of them once, to the nodes that were known at the beginning: it is
   * subscribed to once for each of them, at once. Completes when they have confirmed or failed; the
   * one error is that of {@code chunks}.
   */
  public Mono<Void> push(Flux<Chunk> chunks) {
    return Mono.when(inStep.stream().map(peer -> push(peer, chunks)).toList());
  }

  private Mono<Void> push(PeerId peer, Flux<Chunk> chunks) {
    return chunks
        .flatMap(chunk -> push(peer, chunk), config.chunksPerTarget(), 1)
        .then()
        .onErrorResume(
            ExchangeException.class,
            error -> {
              inStep.remove(peer);
              problems.add(String.valueOf(error.getMessage()));
              return Mono.empty();
            });
  }

  private Mono<Void> push(PeerId peer, Chunk chunk) {
    return network
        .storeChunk(peer, chunk)
        .retryWhen(
            Retry.fixedDelay(config.attempts() - 1L, config.retryPause())
                .scheduler(timer)
                .filter(Seeding::mayPass)
                .onRetryExhaustedThrow((retry, signal) -> signal.failure()));
  }

  private static boolean mayPass(Throwable error) {
    return error instanceof ExchangeException known
        && (known.fault() == Fault.BUSY || known.fault() == Fault.FAILED);
  }

  /**
   * Gives the manifest to those that have confirmed every chunk, and all of it to others where they
   * are too few; {@code manifest} and its chunks must be in the store. Completes with the nodes
   * that have confirmed all.
   *
   * <p>Errors: {@link TooFewCopiesException} where no more nodes are found.
   */
  public Mono<List<PeerId>> complete(Manifest manifest) {
    return Flux.fromIterable(List.copyOf(inStep))
        .flatMap(peer -> confirm(peer, manifest), copies + 1, 1)
        .then(Mono.defer(() -> catchUp(manifest)))
        .thenReturn(confirmed)
        .map(List::copyOf);
  }

  /** The manifest comes last, so that whoever holds it holds all. */
  private Mono<Void> confirm(PeerId peer, Manifest manifest) {
    return Mono.defer(
            () -> inStep.contains(peer) ? push(peer, Flux.just(manifest.chunk())) : Mono.empty())
        .then(
            Mono.fromRunnable(
                () -> {
                  if (inStep.contains(peer)) {
                    confirmed.add(peer);
                  }
                }));
  }

  private Mono<Void> catchUp(Manifest manifest) {
    int missing = copies - confirmed.size();
    if (missing <= 0) {
      return Mono.empty();
    }
    return candidates
        .search(missing, manifest.cid().multihash())
        .flatMap(
            peers ->
                peers.isEmpty()
                    ? Mono.error(tooFew(manifest.cid()))
                    : Flux.fromIterable(peers)
                        .flatMap(peer -> catchUp(peer, manifest), missing, 1)
                        .then(Mono.defer(() -> catchUp(manifest))));
  }

  private Mono<Void> catchUp(PeerId peer, Manifest manifest) {
    Flux<Chunk> chunks =
        Flux.fromIterable(manifest.chunkCids()).distinct().concatMap(this::stored, 1);
    inStep.add(peer);
    return push(peer, chunks).then(confirm(peer, manifest));
  }

  private Mono<Chunk> stored(Cid cid) {
    return store
        .retrieve(cid)
        .switchIfEmpty(
            Mono.error(() -> new StorageException("chunk " + cid + " is no longer stored here")));
  }

  private TooFewCopiesException tooFew(Cid cid) {
    List<String> told = new ArrayList<>(problems);
    String detail = told.isEmpty() ? "no other node was found" : "";
    if (!told.isEmpty()) {
      detail = String.join("; ", told.subList(0, Math.min(told.size(), MAX_PROBLEMS_TOLD)));
    }
    return new TooFewCopiesException(cid, confirmed.size(), copies, detail);
  }
}
