package io.echonet.dds.transport;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Turns buffers into the messages they carry, one message for each that is asked for. It asks for a
 * buffer only when a message is wanted and the buffer at hand holds no whole one, so at most one
 * buffer is held.
 */
final class DelimitedReader implements CoreSubscriber<ByteBuf>, Subscription {
  private final CoreSubscriber<? super byte[]> reader;
  private final DelimitedDecoder decoder;
  private final AtomicInteger pendingDrains = new AtomicInteger();
  private final AtomicLong requested = new AtomicLong();
  private volatile @Nullable Subscription upstream;
  private volatile @Nullable ByteBuf arrived;
  private volatile boolean ended;
  private volatile boolean cancelled;
  private @Nullable Throwable failure;
  private @Nullable ByteBuf current;
  private boolean asked;
  private boolean over;

  DelimitedReader(CoreSubscriber<? super byte[]> reader, int maxMessageBytes) {
    this.reader = reader;
    this.decoder = new DelimitedDecoder(maxMessageBytes);
  }

  @Override
  public Context currentContext() {
    return reader.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    reader.onSubscribe(this);
  }

  @Override
  public void onNext(ByteBuf buffer) {
    arrived = buffer;
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
    Subscription source = upstream;
    if (source != null) {
      source.cancel();
    }
    drain();
  }

  private void drain() {
    if (pendingDrains.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      while (advance()) {
        // One message or one buffer at a time.
      }
      missed = pendingDrains.addAndGet(-missed);
    } while (missed != 0);
  }

  private boolean advance() {
    boolean last = ended;
    ByteBuf next = arrived;
    if (next != null) {
      arrived = null;
      asked = false;
      current = next;
    }
    if (cancelled || over) {
      over = true;
      releaseCurrent();
      return false;
    }
    if (last && (failure != null || current == null)) {
      finish();
      return false;
    }
    if (requested.get() == 0) {
      return false;
    }
    if (current != null) {
      return deliver(current);
    }
    Subscription source = upstream;
    if (asked || source == null) {
      return false;
    }
    asked = true;
    source.request(1);
    return true;
  }

  private boolean deliver(ByteBuf buffer) {
    byte[] message;
    try {
      message = decoder.next(buffer);
    } catch (StreamException e) {
      fail(e);
      return false;
    }
    if (!buffer.isReadable()) {
      releaseCurrent();
    }
    if (message != null) {
      requested.accumulateAndGet(1, Operators::subOrZero);
      reader.onNext(message);
    }
    return true;
  }

  private void finish() {
    over = true;
    releaseCurrent();
    Throwable error = failure;
    if (error != null) {
      reader.onError(error);
    } else if (decoder.isIdle()) {
      reader.onComplete();
    } else {
      reader.onError(new StreamException("stream ended inside a message"));
    }
  }

  private void fail(StreamException error) {
    over = true;
    releaseCurrent();
    Subscription source = upstream;
    if (source != null) {
      source.cancel();
    }
    reader.onError(error);
  }

  private void releaseCurrent() {
    ByteBuf buffer = current;
    if (buffer != null) {
      current = null;
      buffer.release();
    }
  }
}
