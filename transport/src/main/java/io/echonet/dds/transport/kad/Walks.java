package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.PeerId;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The walks a node can make. */
final class Walks {
  private final KadConfig config;
  private final KnownPeers known;
  private final Queries queries;
  private final Lookups lookups;
  private final Scheduler scheduler;
  private final AtomicLong begun = new AtomicLong();

  Walks(KadConfig config, KnownPeers known, Queries queries, Lookups lookups, Scheduler scheduler) {
    this.config = config;
    this.known = known;
    this.queries = queries;
    this.lookups = lookups;
    this.scheduler = scheduler;
  }

  /** As {@link Walk#to}. */
  Flux<Walk.Event> to(Walk.Goal goal) {
    return Walk.to(goal, config, known, queries, lookups, scheduler)
        .doOnSubscribe(subscription -> begun.incrementAndGet());
  }

  /** How many walks were begun so far. */
  long begun() {
    return begun.get();
  }

  /** The peers nearest to {@code key}, nearest first. */
  Mono<List<Contact>> closest(Multihash key) {
    return end(Walk.Goal.key(key));
  }

  /** The peers nearest to what is called {@code key}, nearest first. */
  Mono<List<Contact>> closest(ByteString key) {
    return end(Walk.Goal.name(key));
  }

  /**
   * The peers nearest to {@code peer}, nearest first; {@code peer} itself is among them where it
   * answers.
   */
  Mono<List<Contact>> closest(PeerId peer) {
    return end(Walk.Goal.peer(peer));
  }

  private Mono<List<Contact>> end(Walk.Goal goal) {
    return to(goal).ofType(Walk.Ended.class).map(Walk.Ended::closest).next();
  }
}
