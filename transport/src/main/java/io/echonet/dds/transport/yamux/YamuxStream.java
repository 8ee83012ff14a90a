package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.spi.MuxedStream;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/** One stream as its user holds it; brings every call to the event loop, in order. */
final class YamuxStream implements MuxedStream {
  /*
   * A call on the event loop acts at once, unless an earlier call from another thread is still on its way there: it
   * must not overtake that, or two sends would change places.
   */
  private static final AtomicIntegerFieldUpdater<YamuxStream> UNDER_WAY =
      AtomicIntegerFieldUpdater.newUpdater(YamuxStream.class, "underWay");

  private final YamuxHandler handler;
  private final SessionStream core;
  private final StreamReceiver receiver;
  private final StreamSender sender;
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private volatile int underWay;

  /* What follows belongs to the event loop. */
  private boolean closing;
  private boolean ended;
  private @Nullable ScheduledFuture<?> patience;
  private boolean queuedToWrite;
  private boolean queuedToTell;

  YamuxStream(YamuxHandler handler, SessionStream core) {
    this.handler = handler;
    this.core = core;
    this.receiver = new StreamReceiver(this, new ReceiveQueue(handler.allocator()));
    this.sender = new StreamSender(this, core, handler);
    core.attach(this);
  }

  @Override
  public long id() {
    return Integer.toUnsignedLong(core.id());
  }

  @Override
  public Flux<ByteBuf> receive() {
    return receiver;
  }

  @Override
  public Mono<Void> send(Publisher<? extends ByteBuf> buffers) {
    return new Send(buffers);
  }

  @Override
  public Mono<Void> closeWrite() {
    return Mono.create(done -> finish(done));
  }

  private void finish(MonoSink<Void> done) {
    if (!run(() -> sender.finish(done))) {
      done.error(loopEnded());
    }
  }

  @Override
  public Mono<Void> close() {
    return Mono.<Void>create(
            done -> {
              if (!run(() -> closeOnLoop(done))) {
                done.success();
              }
            })
        .onErrorComplete();
  }

  private void closeOnLoop(MonoSink<Void> done) {
    receiver.fail(new StreamException(this + " was closed here"));
    sender.finish(done);
    if (!closing) {
      closing = true;
      waitForPeer();
    }
    endIfOver();
  }

  /** A peer that neither takes what is sent nor half-closes for some time gets the stream reset. */
  private void waitForPeer() {
    if (patience != null) {
      patience.cancel(false);
    }
    if (!core.state().isOver()) {
      long written = sender.framesWritten();
      patience =
          handler
              .loop()
              .schedule(
                  () -> onPatienceOver(written),
                  handler.config().closeTimeout().toNanos(),
                  TimeUnit.NANOSECONDS);
    }
  }

  private void onPatienceOver(long writtenBefore) {
    if (sender.framesWritten() > writtenBefore) {
      waitForPeer();
    } else {
      resetBecause("the peer did not close it in time", null);
    }
  }

  @Override
  public void reset() {
    run(() -> resetBecause("it was reset here", null));
  }

  @Override
  public Mono<Void> onClose() {
    return closed.asMono();
  }

  /**
   * Runs {@code task} on the event loop, after those before. False where the event loop is no more.
   */
  boolean run(Runnable task) {
    if (handler.loop().inEventLoop() && underWay == 0) {
      task.run();
      return true;
    }
    UNDER_WAY.incrementAndGet(this);
    return execute(
        () -> {
          UNDER_WAY.decrementAndGet(this);
          task.run();
        });
  }

  boolean execute(Runnable task) {
    return handler.execute(task);
  }

  boolean isOnLoop() {
    return handler.loop().inEventLoop();
  }

  private ConnectionException loopEnded() {
    return new ConnectionException("the event loop has ended (" + this + ")");
  }

  /* From here on: the event loop. */

  SessionStream core() {
    return core;
  }

  StreamSender sender() {
    return sender;
  }

  StreamReceiver receiver() {
    return receiver;
  }

  void wantsToWrite() {
    handler.turns().write(this);
  }

  void onConsumed(int bytes) {
    core.receiveWindow().consume(bytes);
    if (core.owesWindowUpdate()) {
      handler.turns().tell(this);
    }
  }

  void onFinishSent() {
    if (closing) {
      waitForPeer();
    }
    endIfOver();
  }

  void resetBecause(String reason, @Nullable Throwable cause) {
    if (!core.state().isOver() || !receiver.isOver()) {
      handler.reset(this);
      abandon(new StreamResetException(this + ": " + reason, cause));
    }
  }

  /** The session has forgotten the stream. */
  void abandon(Throwable cause) {
    sender.fail(cause);
    receiver.fail(cause);
    endIfOver();
  }

  void abandonWithConnection(ConnectionException cause) {
    sender.fail(cause);
    receiver.failUnlessFinished(cause);
    endIfOver();
  }

  void endIfOver() {
    if (ended || !core.state().isOver() || !receiver.isOver()) {
      return;
    }
    ended = true;
    if (patience != null) {
      patience.cancel(false);
    }
    handler.forget(this);
    closed.tryEmitEmpty();
  }

  boolean isQueuedToWrite() {
    return queuedToWrite;
  }

  void queuedToWrite(boolean queued) {
    queuedToWrite = queued;
  }

  boolean isQueuedToTell() {
    return queuedToTell;
  }

  void queuedToTell(boolean queued) {
    queuedToTell = queued;
  }

  @Override
  public String toString() {
    return core + ", " + handler;
  }

  /** A send that nobody has subscribed to yet. */
  private final class Send extends Mono<Void> {
    private final Publisher<? extends ByteBuf> buffers;

    Send(Publisher<? extends ByteBuf> buffers) {
      this.buffers = buffers;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
      SendOperation operation = new SendOperation(sender, buffers, actual);
      actual.onSubscribe(operation);
      if (!run(() -> sender.add(operation))) {
        operation.refuse();
      }
    }
  }
}
