package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.ConnectionException;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * The bytes a stream receives, for one subscriber, whose demand is what earns the peer new credit.
 */
final class StreamReceiver extends Flux<ByteBuf> implements Subscription, Runnable {
  /*
   * Everything happens on the event loop, in drain(), except that any thread may subscribe, request and cancel: those
   * leave a note in a volatile field and see to it that drain() runs. The subscriber becomes visible to drain() only
   * after its onSubscribe has returned, so nothing can overtake that.
   */
  private static final AtomicLongFieldUpdater<StreamReceiver> REQUESTED =
      AtomicLongFieldUpdater.newUpdater(StreamReceiver.class, "requested");
  private static final AtomicIntegerFieldUpdater<StreamReceiver> SUBSCRIBED =
      AtomicIntegerFieldUpdater.newUpdater(StreamReceiver.class, "subscribed");
  private static final AtomicIntegerFieldUpdater<StreamReceiver> SCHEDULED =
      AtomicIntegerFieldUpdater.newUpdater(StreamReceiver.class, "scheduled");

  private final YamuxStream stream;
  private final ReceiveQueue queue;

  private volatile long requested;
  private volatile int subscribed;
  private volatile int scheduled;
  private volatile boolean cancelled;
  private volatile @Nullable IllegalArgumentException badRequest;

  /* What follows belongs to the event loop. */
  private @Nullable CoreSubscriber<? super ByteBuf> actual;
  private long emitted;
  private boolean draining;
  private boolean finished;
  private boolean discarding;
  private @Nullable Throwable failure;

  StreamReceiver(YamuxStream stream, ReceiveQueue queue) {
    this.stream = stream;
    this.queue = queue;
  }

  @Override
  public void subscribe(CoreSubscriber<? super ByteBuf> subscriber) {
    if (subscribed != 0 || !SUBSCRIBED.compareAndSet(this, 0, 1)) {
      Operators.error(
          subscriber,
          new IllegalStateException("receive() allows one subscriber (" + stream + ")"));
      return;
    }
    subscriber.onSubscribe(this);
    if (!stream.run(() -> start(subscriber))) {
      subscriber.onError(new ConnectionException("the event loop has ended (" + stream + ")"));
    }
  }

  private void start(CoreSubscriber<? super ByteBuf> subscriber) {
    actual = subscriber;
    drain();
  }

  @Override
  public void request(long n) {
    if (n > 0) {
      Operators.addCap(REQUESTED, this, n);
    } else {
      badRequest = new IllegalArgumentException("request of " + n + " is not positive (rule 3.9)");
    }
    schedule();
  }

  @Override
  public void cancel() {
    cancelled = true;
    schedule();
  }

  private void schedule() {
    if (stream.isOnLoop()) {
      drain();
    } else if (scheduled == 0 && SCHEDULED.compareAndSet(this, 0, 1) && !stream.execute(this)) {
      scheduled = 0;
    }
  }

  @Override
  public void run() {
    scheduled = 0;
    drain();
  }

  /** A piece of a Data frame, given away. */
  void onData(ByteBuf piece) {
    if (isOver()) {
      piece.release();
    } else if (!draining
        && actual != null
        && emitted < requested
        && queue.isEmpty()
        && !cancelled) {
      draining = true;
      try {
        hand(actual, piece);
      } finally {
        draining = false;
      }
      drain();
    } else {
      queue.add(piece);
    }
  }

  /** The peer sends nothing more. */
  void onFinish() {
    finished = true;
    drain();
  }

  /** The stream has ended before its time. What is queued is discarded. */
  void fail(Throwable cause) {
    if (!isOver()) {
      failure = cause;
      queue.clear();
      drain();
    }
  }

  /** The connection has gone. A subscriber for whom everything has arrived gets it all the same. */
  void failUnlessFinished(Throwable cause) {
    if (!finished || actual == null) {
      fail(cause);
    }
  }

  /** Whether nothing that arrives would reach a reader any more. */
  boolean isOver() {
    return discarding || failure != null || (finished && queue.isEmpty());
  }

  private void drain() {
    CoreSubscriber<? super ByteBuf> reader = actual;
    if (draining) {
      return;
    }
    if (reader == null) {
      return;
    }
    draining = true;
    try {
      while (!endIfDue(reader) && emitted < requested) {
        ByteBuf piece = queue.poll();
        if (piece == null) {
          return;
        }
        hand(reader, piece);
      }
    } finally {
      draining = false;
    }
  }

  private void hand(CoreSubscriber<? super ByteBuf> reader, ByteBuf piece) {
    emitted++;
    int bytes = piece.readableBytes();
    reader.onNext(piece);
    stream.onConsumed(bytes);
  }

  /** Whether the subscriber has had its last signal. */
  private boolean endIfDue(CoreSubscriber<? super ByteBuf> reader) {
    Throwable cause = badRequest != null ? badRequest : failure;
    if (!cancelled && cause == null && !(finished && queue.isEmpty())) {
      return false;
    }
    discard();
    if (cause != null && !cancelled) {
      reader.onError(cause);
    } else if (!cancelled) {
      reader.onComplete();
    }
    stream.endIfOver();
    return true;
  }

  private void discard() {
    actual = null;
    discarding = true;
    queue.clear();
  }
}
