package io.echonet.dds.transport.multistream;

import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.spi.MuxedStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The receiving half of a stream: it keeps the negotiation's bytes and hands on all others. */
final class NegotiatedReceive implements CoreSubscriber<ByteBuf>, Subscription {
  /*
   * A stream's bytes have one subscriber, and here it is: first on behalf of the negotiation, which takes one
   * buffer at a time, then on behalf of the reader, whose demand is passed on as it is. Only what follows the
   * end of the negotiation in the same buffer is kept until the reader asks. It is copied to the heap: the
   * reader may never come, and nobody else would know to release it.
   *
   * Signals of the stream arrive on its event loop and the reader's from anywhere; whatever concerns both goes
   * through drain(). Once agreed and with nothing kept, neither needs it any more.
   */

  /** What the negotiation wants done; called on the stream's event loop. */
  interface Listener {
    /** Somebody is about to read. */
    void reading();

    /** These bytes are to be sent. */
    void reply(byte[] bytes);

    void agreed(String protocol);

    /** The negotiation has failed; the stream is of no more use. */
    void failed(StreamException failure);

    /** The stream ended, as {@code failure} says, before there was an agreement. */
    void ended(Throwable failure);
  }

  private final MuxedStream stream;
  private final MultistreamNegotiation negotiation;
  private final Listener listener;
  private final boolean eager;
  private final AtomicBoolean attached = new AtomicBoolean();
  private final AtomicInteger pendingDrains = new AtomicInteger();
  private final AtomicLong requested = new AtomicLong();
  private volatile @Nullable Subscription upstream;
  private volatile @Nullable CoreSubscriber<? super ByteBuf> reader;
  private volatile @Nullable ByteBuf kept;
  private volatile boolean asked;
  private volatile boolean agreed;
  private volatile boolean discarded;
  private volatile boolean ended;
  private @Nullable Throwable failure;
  private boolean terminated;

  /**
   * @param eager whether to negotiate at once, without waiting for the reader
   */
  NegotiatedReceive(
      MuxedStream stream, MultistreamNegotiation negotiation, Listener listener, boolean eager) {
    this.stream = stream;
    this.negotiation = negotiation;
    this.listener = listener;
    this.eager = eager;
  }

  /** Begins to read, for the negotiation. */
  void start() {
    stream.receive().subscribe(this);
  }

  /** The payload, for one reader. */
  Flux<ByteBuf> payload() {
    return Flux.from(subscriber -> attach(Operators.toCoreSubscriber(subscriber)));
  }

  private void attach(CoreSubscriber<? super ByteBuf> subscriber) {
    if (!attached.compareAndSet(false, true)) {
      Operators.error(
          subscriber,
          reader == null
              ? new StreamResetException("stream was closed, and what had arrived discarded")
              : new IllegalStateException("a stream has one receiver"));
      return;
    }
    subscriber.onSubscribe(this);
    reader = subscriber;
    listener.reading();
    if (!eager) {
      start();
    }
    drain();
  }

  /** Gives the bytes up, where no reader has come by the time the stream is closed. */
  void discardUnread() {
    if (attached.compareAndSet(false, true)) {
      discarded = true;
      Subscription source = upstream;
      if (source != null) {
        source.cancel();
      }
      drain();
    }
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    if (discarded) {
      subscription.cancel();
    }
    drain();
  }

  @Override
  public void onNext(ByteBuf buffer) {
    if (agreed) {
      CoreSubscriber<? super ByteBuf> subscriber = reader;
      if (subscriber == null || discarded) {
        buffer.release();
      } else {
        subscriber.onNext(buffer);
      }
    } else if (ended || discarded) {
      buffer.release();
    } else {
      asked = false;
      negotiate(buffer);
      drain();
    }
  }

  private void negotiate(ByteBuf buffer) {
    MultistreamNegotiation.Step step = negotiation.feed(buffer);
    if (step instanceof MultistreamNegotiation.Step.Agreed done) {
      if (buffer.isReadable()) {
        kept = Unpooled.copiedBuffer(buffer);
      }
      buffer.release();
      reply(done.reply());
      agreed = true;
      listener.agreed(done.protocol());
      return;
    }
    buffer.release();
    if (step instanceof MultistreamNegotiation.Step.More more) {
      reply(more.reply());
    } else if (step instanceof MultistreamNegotiation.Step.Failed failed) {
      fail(new StreamException("protocol negotiation failed: " + failed.reason()));
    } else {
      fail(new ProtocolNotSupportedException("the peer refuses the protocol proposed"));
    }
  }

  private void reply(byte[] bytes) {
    if (bytes.length > 0) {
      listener.reply(bytes);
    }
  }

  private void fail(StreamException reason) {
    failure = reason;
    ended = true;
    Subscription source = upstream;
    if (source != null) {
      source.cancel();
    }
    listener.failed(reason);
  }

  @Override
  public void onError(Throwable error) {
    end(error);
  }

  @Override
  public void onComplete() {
    end(agreed ? null : new StreamException("stream ended during protocol negotiation"));
  }

  private void end(@Nullable Throwable error) {
    if (ended) {
      return;
    }
    failure = error;
    ended = true;
    if (!agreed && error != null) {
      listener.ended(error);
    }
    drain();
  }

  @Override
  public void request(long count) {
    if (!Operators.validate(count)) {
      return;
    }
    Subscription source = upstream;
    // A reader may ask before attach() has made it known: the stream might answer at once.
    if (agreed && kept == null && source != null && reader != null) {
      source.request(count);
    } else {
      requested.accumulateAndGet(count, Operators::addCap);
      drain();
    }
  }

  @Override
  public void cancel() {
    discarded = true;
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
      drainOnce();
      missed = pendingDrains.addAndGet(-missed);
    } while (missed != 0);
  }

  private void drainOnce() {
    if (discarded || failure != null) {
      kept = null;
    }
    if (discarded) {
      return;
    }
    CoreSubscriber<? super ByteBuf> subscriber = reader;
    Subscription source = upstream;
    if (ended || source == null) {
      handOnKept(subscriber);
    } else if (agreed) {
      handOnKept(subscriber);
      if (kept == null && subscriber != null) {
        long count = requested.getAndSet(0);
        if (count > 0) {
          source.request(count);
        }
      }
    } else if (!asked && (eager || requested.get() > 0)) {
      asked = true;
      source.request(1);
    }
    if (ended && kept == null && subscriber != null && !terminated) {
      terminated = true;
      terminate(subscriber);
    }
  }

  private void handOnKept(@Nullable CoreSubscriber<? super ByteBuf> subscriber) {
    ByteBuf buffer = kept;
    if (buffer != null && subscriber != null && requested.get() > 0) {
      requested.accumulateAndGet(1, Operators::subOrZero);
      subscriber.onNext(buffer);
      // Not before: request() would go straight to the stream, whose next buffer might overtake
      // this one.
      kept = null;
    }
  }

  private void terminate(CoreSubscriber<? super ByteBuf> subscriber) {
    Throwable error = failure;
    if (error == null) {
      subscriber.onComplete();
    } else {
      subscriber.onError(error);
    }
  }
}
