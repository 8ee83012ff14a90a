package io.echonet.dds.transport.multistream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * The buffers of one send, the first of them behind the {@link LazyOpening} where nobody has sent
 * that. Takes one buffer at a time from its source, when the stream wants one, and holds it at most
 * until the stream wants another.
 */
final class Carrier implements Publisher<ByteBuf>, CoreSubscriber<ByteBuf>, Subscription {
  private final LazyOpening opening;
  private final Publisher<? extends ByteBuf> source;
  private final AtomicInteger pendingDrains = new AtomicInteger();
  private final AtomicLong requested = new AtomicLong();
  private volatile @Nullable Subscription upstream;
  private volatile @Nullable ByteBuf next;
  private volatile boolean ended;
  private volatile boolean cancelled;
  private @Nullable Throwable failure;
  private @Nullable Subscriber<? super ByteBuf> target;
  private boolean asked;
  private boolean terminated;

  Carrier(LazyOpening opening, Publisher<? extends ByteBuf> source) {
    this.opening = opening;
    this.source = source;
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuf> subscriber) {
    target = subscriber;
    subscriber.onSubscribe(this);
    source.subscribe(this);
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    drain();
  }

  @Override
  public void onNext(ByteBuf buffer) {
    next = buffer;
    drain();
  }

  @Override
  public void onError(Throwable error) {
    failure = error;
    ended = true;
    drain();
  }

  @Override
  public void onComplete() {
    ended = true;
    drain();
  }

  @Override
  public void request(long count) {
    if (Operators.validate(count)) {
      requested.accumulateAndGet(count, Operators::addCap);
      drain();
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    drain();
  }

  void drain() {
    if (pendingDrains.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      while (advance()) {
        // One thing at a time, until there is nothing left to do.
      }
      missed = pendingDrains.addAndGet(-missed);
    } while (missed != 0);
  }

  private boolean advance() {
    Subscription from = upstream;
    if (cancelled) {
      giveUp(from);
      return false;
    }
    Subscriber<? super ByteBuf> to = target;
    if (to == null || from == null || terminated) {
      return false;
    }
    boolean last = ended;
    ByteBuf buffer = next;
    if (buffer == null && last && (failure != null || opening.isClaimed())) {
      terminate(to);
      return false;
    }
    if (requested.get() == 0) {
      return false;
    }
    if (buffer != null) {
      next = null;
      asked = false;
      emit(to, opening.claim() ? Unpooled.wrappedBuffer(openingBuffer(), buffer) : buffer);
    } else if ((last || opening.isFlushWanted()) && opening.claim()) {
      emit(to, openingBuffer());
    } else if (!last && !asked) {
      asked = true;
      from.request(1);
    } else {
      return false;
    }
    return true;
  }

  private ByteBuf openingBuffer() {
    return Unpooled.wrappedBuffer(opening.bytes());
  }

  private void emit(Subscriber<? super ByteBuf> to, ByteBuf buffer) {
    requested.accumulateAndGet(1, Operators::subOrZero);
    to.onNext(buffer);
  }

  private void terminate(Subscriber<? super ByteBuf> to) {
    terminated = true;
    Throwable error = failure;
    if (error == null) {
      to.onComplete();
    } else {
      to.onError(error);
    }
    opening.ended(this);
  }

  private void giveUp(@Nullable Subscription from) {
    ByteBuf buffer = next;
    if (buffer != null) {
      next = null;
      buffer.release();
    }
    if (from != null && !terminated) {
      terminated = true;
      from.cancel();
      opening.ended(this);
    }
  }
}
