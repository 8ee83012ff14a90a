package io.echonet.dds.transport.testing;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The reading side of an in-memory stream: what has arrived and waits for demand. */
final class InMemoryReceiver extends Flux<ByteBuf> implements Subscription {
  private final NetworkLoop loop;
  private final IntConsumer consumed;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final AtomicLong requested = new AtomicLong();
  private final Deque<ByteBuf> arrived = new ArrayDeque<>();
  private @Nullable CoreSubscriber<? super ByteBuf> subscriber;
  private @Nullable Throwable failure;
  private boolean peerClosed;
  private boolean terminated;
  private volatile boolean cancelled;

  /**
   * @param consumed told the size of each buffer the reader was given
   */
  InMemoryReceiver(NetworkLoop loop, IntConsumer consumed) {
    this.loop = loop;
    this.consumed = consumed;
  }

  @Override
  public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
    if (!taken.compareAndSet(false, true)) {
      Operators.error(actual, new IllegalStateException("a stream is received by one subscriber"));
      return;
    }
    actual.onSubscribe(this);
    loop.execute(
        () -> {
          subscriber = actual;
          drain();
        });
  }

  @Override
  public void request(long count) {
    if (Operators.validate(count)) {
      requested.accumulateAndGet(count, Operators::addCap);
      loop.execute(this::drain);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    loop.execute(this::discard);
  }

  /** Whether the peer has closed its side or nothing more can come. */
  boolean isEnded() {
    return peerClosed || failure != null;
  }

  void arrived(ByteBuf buffer) {
    assert loop.inLoop();
    if (isEnded() || cancelled) {
      buffer.release();
      return;
    }
    arrived.add(buffer);
    drain();
  }

  void peerClosed() {
    peerClosed = true;
    drain();
  }

  /** Discards what waits; the reader gets {@code cause} unless it has already got its end. */
  void fail(Throwable cause) {
    assert loop.inLoop();
    if (failure == null) {
      failure = cause;
    }
    discard();
    drain();
  }

  private void discard() {
    arrived.forEach(ByteBuf::release);
    arrived.clear();
  }

  private void drain() {
    CoreSubscriber<? super ByteBuf> reader = subscriber;
    if (reader == null || terminated) {
      return;
    }
    while (!cancelled && requested.get() > 0 && !arrived.isEmpty()) {
      ByteBuf buffer = arrived.remove();
      int bytes = buffer.readableBytes();
      if (requested.get() != Long.MAX_VALUE) {
        requested.decrementAndGet();
      }
      reader.onNext(buffer);
      consumed.accept(bytes);
    }
    if (cancelled) {
      terminated = true;
      discard();
    } else if (failure != null) {
      terminated = true;
      reader.onError(failure);
    } else if (peerClosed && arrived.isEmpty()) {
      terminated = true;
      reader.onComplete();
    }
  }
}
