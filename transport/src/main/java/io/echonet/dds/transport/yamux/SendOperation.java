package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.ConnectionException;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * One {@code send}: subscribes to its publisher when its turn has come, and brings the buffers to
 * the event loop.
 */
final class SendOperation implements CoreSubscriber<ByteBuf>, Subscription, Runnable {
  /*
   * The publisher may signal from any thread. What comes on the event loop is taken at once; what comes from elsewhere
   * goes through a queue that holds all that can be outstanding, so it is full only if the publisher ignores demand.
   * Once something went through the queue, what comes on the event loop must not overtake it: hence `isQueueEmpty`.
   */

  /**
   * How far to read ahead of the socket. Large buffers are asked for one at a time, small ones in
   * numbers.
   */
  private static final int READ_AHEAD_BYTES = 128 * 1024;

  private static final int MAX_OUTSTANDING = 32;

  private static final AtomicIntegerFieldUpdater<SendOperation> SIGNALS =
      AtomicIntegerFieldUpdater.newUpdater(SendOperation.class, "signals");

  private final StreamSender sender;
  private final Publisher<? extends ByteBuf> source;
  private final CoreSubscriber<? super Void> actual;

  private volatile int signals;
  private volatile boolean cancelled;
  private volatile boolean sourceEnded;
  private volatile @Nullable Queue<ByteBuf> queue;
  private @Nullable Throwable sourceFailure;

  /* What follows belongs to the event loop. */
  private @Nullable Subscription upstream;
  private int outstanding;
  private int largestBytes;
  private boolean sourceDone;
  private boolean over;

  SendOperation(
      StreamSender sender,
      Publisher<? extends ByteBuf> source,
      CoreSubscriber<? super Void> actual) {
    this.sender = sender;
    this.source = source;
    this.actual = actual;
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }

  @Override
  public void request(long n) {
    Operators.validate(n);
  }

  @Override
  public void cancel() {
    cancelled = true;
    sender.stream().run(() -> sender.cancel(this));
  }

  boolean isCancelled() {
    return cancelled;
  }

  void subscribeToSource() {
    source.subscribe(this);
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (!sender.stream().run(() -> begin(subscription))) {
      subscription.cancel();
    }
  }

  private void begin(Subscription subscription) {
    if (over || !Operators.validate(upstream, subscription)) {
      subscription.cancel();
      return;
    }
    upstream = subscription;
    sender.stream().wantsToWrite();
  }

  /**
   * Asks the publisher for what fits.
   *
   * @param roomBytes what the window allows beyond what was taken already
   * @param waiting buffers taken and not yet written
   */
  void request(long roomBytes, int waiting) {
    if (upstream == null || sourceDone || over || roomBytes <= 0) {
      return;
    }
    long readAhead = Math.min(roomBytes, READ_AHEAD_BYTES);
    int wanted =
        largestBytes == 0
            ? 1
            : (int) Math.max(1, Math.min(readAhead / largestBytes, MAX_OUTSTANDING));
    int more = wanted - outstanding - waiting;
    if (more > 0) {
      outstanding += more;
      upstream.request(more);
    }
  }

  @Override
  public void onNext(ByteBuf buffer) {
    if (sender.stream().isOnLoop() && isQueueEmpty()) {
      take(buffer);
      return;
    }
    Queue<ByteBuf> through = queue;
    if (through == null) {
      through = Queues.<ByteBuf>get(MAX_OUTSTANDING).get();
      queue = through;
    }
    if (!through.offer(buffer)) {
      buffer.release();
      sourceFailure = new IllegalStateException("the publisher sends more than it was asked for");
      sourceEnded = true;
    }
    schedule();
  }

  @Override
  public void onError(Throwable failure) {
    sourceFailure = failure;
    onComplete();
  }

  @Override
  public void onComplete() {
    sourceEnded = true;
    if (sender.stream().isOnLoop() && isQueueEmpty()) {
      endSource();
    } else {
      schedule();
    }
  }

  private boolean isQueueEmpty() {
    return queue == null || signals == 0;
  }

  private void schedule() {
    if (SIGNALS.getAndIncrement(this) == 0 && !sender.stream().execute(this)) {
      discardQueue();
    }
  }

  @Override
  public void run() {
    int seen = signals;
    do {
      Queue<ByteBuf> from = queue;
      boolean ended = sourceEnded;
      if (from != null) {
        for (ByteBuf next = from.poll(); next != null; next = from.poll()) {
          take(next);
        }
      }
      if (ended) {
        endSource();
      }
      seen = SIGNALS.addAndGet(this, -seen);
    } while (seen != 0);
  }

  private void take(ByteBuf buffer) {
    outstanding--;
    int bytes = buffer.readableBytes();
    if (over || bytes == 0) {
      buffer.release();
      if (!over) {
        sender.stream().wantsToWrite();
      }
    } else if (outstanding < 0) {
      buffer.release();
      sourceDone = true;
      sender.onSourceFailure(
          this, new IllegalStateException("the publisher sends more than it was asked for"));
    } else {
      largestBytes = Math.max(largestBytes, bytes);
      sender.onBuffer(buffer, bytes);
    }
  }

  private void endSource() {
    if (over || sourceDone) {
      return;
    }
    sourceDone = true;
    if (sourceFailure != null) {
      sender.onSourceFailure(this, sourceFailure);
    } else {
      sender.onSourceDone(this);
    }
  }

  /** Whether the publisher gives nothing more. */
  boolean isSourceDone() {
    return sourceDone;
  }

  /** Takes nothing more; what was taken may still be sent. */
  void stop() {
    sourceDone = true;
    if (upstream != null) {
      upstream.cancel();
    }
  }

  void complete() {
    if (!over) {
      over = true;
      if (!cancelled) {
        actual.onComplete();
      }
    }
  }

  void fail(Throwable cause) {
    if (over) {
      return;
    }
    over = true;
    if (upstream != null) {
      upstream.cancel();
    } else {
      discardSource();
    }
    if (!cancelled) {
      actual.onError(cause);
    }
  }

  /** The operation could not even be brought to the event loop. */
  void refuse() {
    discardSource();
    actual.onError(new ConnectionException("the event loop has ended (" + sender.stream() + ")"));
  }

  /**
   * A buffer in hand was given away with the publisher; one that is encoded on demand does not
   * exist yet.
   */
  private void discardSource() {
    if (source instanceof Fuseable.ScalarCallable<?> && source instanceof Callable<?> inHand) {
      try {
        ReferenceCountUtil.release(inHand.call());
      } catch (Exception e) {
        return;
      }
    }
  }

  /** The event loop has ended, so nobody else takes from the queue. */
  private void discardQueue() {
    Queue<ByteBuf> from = queue;
    if (from != null) {
      from.forEach(ByteBuf::release);
      from.clear();
    }
  }
}
