package io.echonet.dds.replication;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.network.NetworkService;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The instructions of other nodes to fetch and keep something, carried out a few at a time. */
final class Instructions {
  private static final Logger LOG = LoggerFactory.getLogger(Instructions.class);

  private final NetworkService network;
  private final Discovery discovery;
  private final StorageProvider store;
  private final ReplicationConfig config;
  private final Scheduler timer;
  private final Queue<Instruction> waiting = new ArrayDeque<>();
  private final Set<Cid> known = new HashSet<>();
  private final Map<PeerId, Integer> pendingOf = new HashMap<>();
  private final Disposable.Composite work = Disposables.composite();
  private int running;

  private record Instruction(PeerId requester, Cid cid, Optional<PeerId> source) {}

  Instructions(
      NetworkService network,
      Discovery discovery,
      StorageProvider store,
      ReplicationConfig config,
      Scheduler timer) {
    this.network = network;
    this.discovery = discovery;
    this.store = store;
    this.config = config;
    this.timer = timer;
  }

  /** Takes it up, unless too many wait; one that is known already is taken up once. */
  boolean accept(PeerId requester, Cid cid, Optional<PeerId> source) {
    synchronized (this) {
      int pending = pendingOf.getOrDefault(requester, 0);
      if (work.isDisposed()
          || waiting.size() >= config.maxPendingInstructions()
          || pending >= config.maxPendingInstructionsPerPeer()) {
        return false;
      }
      if (!known.add(cid)) {
        return true;
      }
      pendingOf.put(requester, pending + 1);
      waiting.add(new Instruction(requester, cid, source));
    }
    carryOut();
    return true;
  }

  private void carryOut() {
    for (Instruction next = next(); next != null; next = next()) {
      Instruction instruction = next;
      Disposable.Swap self = Disposables.swap();
      work.add(self);
      self.update(
          fetch(instruction)
              .timeout(config.instructionTimeout(), timer)
              .doFinally(
                  end -> {
                    work.remove(self);
                    done(instruction);
                    carryOut();
                  })
              .subscribe(
                  done -> {},
                  error ->
                      LOG.info("Could not replicate {}: {}", instruction.cid, error.toString())));
    }
  }

  private synchronized @Nullable Instruction next() {
    if (work.isDisposed() || running >= config.parallelInstructions() || waiting.isEmpty()) {
      return null;
    }
    running++;
    return waiting.remove();
  }

  private synchronized void done(Instruction instruction) {
    running--;
    known.remove(instruction.cid);
    pendingOf.computeIfPresent(
        instruction.requester, (peer, pending) -> pending == 1 ? null : pending - 1);
  }

  private Mono<Void> fetch(Instruction instruction) {
    Cid cid = instruction.cid;
    Flux<PeerId> others = discovery.findProviders(cid).map(PeerInfo::id);
    return Flux.concat(Mono.justOrEmpty(instruction.source), others)
        .distinct()
        .concatMap(peer -> fetch(peer, cid), 1)
        .next()
        .repeatWhenEmpty(
            config.attempts(), repeats -> repeats.delayElements(config.retryPause(), timer))
        .flatMap(
            chunk ->
                store
                    .store(chunk, Holding.FOR_OTHERS)
                    .then(Mono.fromRunnable(() -> discovery.announce(chunk))));
  }

  private Mono<Chunk> fetch(PeerId peer, Cid cid) {
    return network
        .retrieveManifest(peer, cid)
        .onErrorResume(
            DdsException.class,
            error -> {
              LOG.debug("Could not fetch {} from {}", cid, peer, error);
              return Mono.empty();
            });
  }

  void close() {
    work.dispose();
  }
}
