package io.echonet.dds.network;

import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Has the chunks that one peer asks for sent in the order in which it asked, a few at a time.
 * Thread-safe.
 */
final class SendTurns {
  /*
   * All at once they would share the connection, and arrive together when the last of them does: the one that is needed
   * first as late as the others, and each of them half received for all that time. A peer that does not read one of its
   * chunks must not keep itself from the others: whoever has sent nothing for long goes on without a turn. A slow link that
   * a few chunks share takes a second for a piece of each, and more of them would only make all of them later.
   */

  private static final Duration LONGEST_QUIET = Duration.ofSeconds(4);

  private final int atOnce;
  private final Scheduler timer;
  private final Map<PeerId, Peer> peers = new HashMap<>();

  /** Turns for {@code atOnce} chunks a peer. */
  SendTurns(int atOnce, Scheduler timer) {
    this.atOnce = atOnce;
    this.timer = timer;
  }

  /**
   * What {@code sending} makes of its turn, begun when that has come; to be subscribed to in the
   * order of the requests.
   */
  <T> Mono<T> inTurn(PeerId peer, Function<Turn, Mono<T>> sending) {
    return Mono.using(
        () -> new Turn(peer),
        turn -> turn.comes().then(Mono.defer(() -> sending.apply(turn))),
        Turn::end);
  }

  /** How many peers send or wait. */
  synchronized int peers() {
    return peers.size();
  }

  private static final class Peer {
    private final Queue<Turn> waiting = new ArrayDeque<>();
    private int sending;
  }

  /** The turn of one chunk, which it keeps for as long as something of it is sent. */
  final class Turn {
    private final PeerId id;
    private final Disposable.Swap limit = Disposables.swap();
    private final ProgressWatch watch = new ProgressWatch(timer, LONGEST_QUIET);
    private @Nullable MonoSink<Void> sink;
    private boolean hasBegun;
    private boolean hasEnded;

    private Turn(PeerId id) {
      this.id = id;
    }

    /** A piece of the chunk is sent. */
    void progressed() {
      watch.progressed();
    }

    private Mono<Void> comes() {
      return Mono.create(
          waiting -> {
            if (begin(waiting)) {
              start();
            }
          });
    }

    private boolean begin(MonoSink<Void> waiting) {
      synchronized (SendTurns.this) {
        if (hasEnded) {
          return false; // It was cancelled before it could begin.
        }
        Peer peer = peers.computeIfAbsent(id, any -> new Peer());
        sink = waiting;
        if (peer.sending == atOnce) {
          peer.waiting.add(this);
          return false;
        }
        peer.sending++;
        hasBegun = true;
        return true;
      }
    }

    private void start() {
      watch.progressed();
      limit.update(watch.expired().doOnSuccess(expired -> end()).subscribe());
      Objects.requireNonNull(sink).success();
    }

    private void end() {
      limit.dispose();
      Turn next = pass();
      if (next != null) {
        next.start();
      }
    }

    private @Nullable Turn pass() {
      synchronized (SendTurns.this) {
        Peer peer = peers.get(id);
        boolean again = hasEnded;
        hasEnded = true;
        if (again || peer == null) {
          return null;
        }
        if (!hasBegun) {
          peer.waiting.remove(this);
          return null;
        }
        Turn next = peer.waiting.poll();
        if (next != null) {
          next.hasBegun = true;
        } else if (--peer.sending == 0) {
          peers.remove(id);
        }
        return next;
      }
    }
  }
}
