package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/** A walk under way: carries out what {@link ClosestPeers} decides. */
final class Walk {
  /*
   * All state lives on the worker. Answers arrive on the event loops of their connections and are handed over; a walk
   * that has ended ignores them.
   */

  /** How many addresses that several peers gave for another one are tried. */
  private static final int MAX_NAMED_ADDRESSES = 16;

  private final Goal goal;
  private final KnownPeers known;
  private final Queries peers;
  private final Lookups lookups;
  private final FluxSink<Event> sink;
  private final Scheduler.Worker worker;
  private final ClosestPeers core;

  /** The peers not yet asked, with the addresses that others gave for them. */
  private final Map<Contact, PeerInfo> named = new HashMap<>();

  private final Disposable.Composite asking = Disposables.composite();
  private final Disposable.Swap timer = Disposables.swap();
  private boolean ended;
  private @Nullable Instant begun;
  private int queries;
  private int answered;
  private int failed;

  /** What happens on a walk; {@link Ended} comes last, unless the walk is cancelled. */
  sealed interface Event {}

  /** A peer has answered. */
  record Answered(Contact contact, KadResponse response) implements Event {}

  /**
   * The walk is over; {@code closest} are the nearest peers that answered, nearest first, at most
   * k.
   */
  record Ended(List<Contact> closest) implements Event {}

  /**
   * Where a walk leads.
   *
   * @param request what every peer on the way is asked
   * @param enough an answer that lets the walk end once {@code quorum} of the nearest peers have
   *     answered
   */
  record Goal(KadKey target, KadRequest request, Predicate<KadResponse> enough, int quorum) {
    Lookup.Kind kind() {
      return request instanceof KadRequest.GetProviders
          ? Lookup.Kind.PROVIDERS
          : request instanceof KadRequest.GetValue ? Lookup.Kind.VALUE : Lookup.Kind.PEERS;
    }

    static Goal peer(PeerId peer) {
      return new Goal(
          KadKey.of(peer), KadRequest.FindNode.of(peer), never -> false, Integer.MAX_VALUE);
    }

    static Goal key(Multihash key) {
      return new Goal(
          KadKey.of(key), KadRequest.FindNode.of(key), never -> false, Integer.MAX_VALUE);
    }

    static Goal name(ByteString key) {
      return new Goal(
          KadKey.hash(key.toByteArray()),
          new KadRequest.FindNode(key),
          never -> false,
          Integer.MAX_VALUE);
    }

    static Goal value(ByteString key) {
      return new Goal(
          KadKey.hash(key.toByteArray()),
          new KadRequest.GetValue(key),
          never -> false,
          Integer.MAX_VALUE);
    }

    static Goal providers(Multihash key, int quorum) {
      return new Goal(
          KadKey.of(key),
          KadRequest.GetProviders.of(key),
          answer -> !answer.providers().isEmpty(),
          quorum);
    }
  }

  private Walk(
      Goal goal,
      KadConfig config,
      KnownPeers known,
      Queries peers,
      Lookups lookups,
      Scheduler.Worker worker,
      FluxSink<Event> sink) {
    WalkConfig walks = config.walks();
    this.goal = goal;
    this.known = known;
    this.peers = peers;
    this.lookups = lookups;
    this.worker = worker;
    this.sink = sink;
    this.core =
        new ClosestPeers(
            goal.target(),
            new ClosestPeers.Config(
                config.k(),
                config.alpha(),
                walks.patience(),
                walks.maxCandidates(),
                walks.maxAsked()),
            known.nearest(goal.target()));
  }

  /**
   * A walk to {@code goal} for every subscriber; never fails. Cancelling ends it and resets its
   * streams.
   */
  static Flux<Event> to(
      Goal goal,
      KadConfig config,
      KnownPeers known,
      Queries peers,
      Lookups lookups,
      Scheduler scheduler) {
    // The buffer is bounded by the number of peers a walk may ask.
    return Flux.create(
        sink ->
            new Walk(goal, config, known, peers, lookups, scheduler.createWorker(), sink).start());
  }

  private void start() {
    sink.onDispose(this::stop);
    onWorker(
        () -> {
          begun = known.now();
          advance();
        });
  }

  private void advance() {
    if (ended || sink.isCancelled()) {
      return;
    }
    ClosestPeers.Step step = core.next(known.now());
    while (step instanceof ClosestPeers.Ask ask) {
      ask(ask.contact());
      step = core.next(known.now());
    }
    if (step instanceof ClosestPeers.AwaitUntil until) {
      wakeAt(until.time());
    } else {
      end();
    }
  }

  private void end() {
    ended = true;
    timer.dispose();
    asking.dispose();
    known.table().onWalk(goal.target(), known.now());
    report();
    sink.next(new Ended(core.answered()));
    sink.complete();
  }

  private void ask(Contact contact) {
    PeerInfo info = named.remove(contact);
    if (info != null) {
      known.learn(info);
    }
    if (!known.mayAsk(contact)) {
      core.onFailure(contact);
      return;
    }
    queries++;
    Disposable.Swap query = Disposables.swap();
    asking.add(query);
    query.update(
        peers
            .ask(contact, goal.request())
            .doFinally(signal -> asking.remove(query))
            .subscribe(
                response -> onWorker(() -> onAnswer(contact, response)),
                failure -> onWorker(() -> onFailure(contact))));
  }

  private void onAnswer(Contact contact, KadResponse response) {
    if (ended) {
      return;
    }
    answered++;
    Map<Contact, PeerInfo> closer = new HashMap<>();
    for (PeerInfo peer : response.closer()) {
      PeerInfo accepted = known.accepted(peer);
      if (known.mayBeReached(accepted)) {
        closer.putIfAbsent(Contact.of(peer.id()), accepted);
      }
    }
    Set<Contact> admitted = Set.copyOf(core.onAnswer(contact, closer.keySet()));
    closer.forEach(
        (peer, info) -> {
          if (admitted.contains(peer) || named.containsKey(peer)) {
            named.merge(peer, info, Walk::withAddressesOf);
          }
        });
    if (goal.enough().test(response)) {
      core.settleFor(goal.quorum());
    }
    sink.next(new Answered(contact, response));
    advance();
  }

  private static PeerInfo withAddressesOf(PeerInfo first, PeerInfo second) {
    List<Multiaddr> addresses =
        Stream.concat(first.addresses().stream(), second.addresses().stream())
            .distinct()
            .limit(MAX_NAMED_ADDRESSES)
            .toList();
    return new PeerInfo(first.id(), addresses);
  }

  private void onFailure(Contact contact) {
    if (ended) {
      return;
    }
    failed++;
    core.onFailure(contact);
    advance();
  }

  private void wakeAt(Instant time) {
    if (time.equals(Instant.MAX)) {
      timer.update(Disposables.disposed());
      return;
    }
    Duration delay = Duration.between(known.now(), time);
    timer.update(
        worker.schedule(this::advance, Math.max(1, delay.toMillis()), TimeUnit.MILLISECONDS));
  }

  private void onWorker(Runnable task) {
    try {
      worker.schedule(task);
    } catch (RejectedExecutionException e) {
      // The walk has ended, or the scheduler has: nobody waits for this any more.
      release();
    }
  }

  /** The walk is over, or nobody wants to know any more. */
  private void stop() {
    timer.dispose();
    asking.dispose();
    onWorker(
        () -> {
          if (!ended) {
            ended = true;
            report();
          }
          release();
        });
  }

  private void release() {
    timer.dispose();
    asking.dispose();
    worker.dispose();
  }

  private void report() {
    if (begun != null) {
      Duration time = Duration.between(begun, known.now());
      lookups.onEnd(new Lookup(goal.kind(), core.hops(), queries, answered, failed, time));
    }
  }
}
