package io.echonet.dds.transport.testing;

import io.echonet.dds.transport.StreamException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/** The writing side of an in-memory stream: sends follow one another, each within the window. */
final class InMemorySender {
  private final NetworkLoop loop;
  private final InMemoryStream stream;
  private final Wire wire;
  private final Deque<Send> sends = new ArrayDeque<>();
  private final Runnable flusher = this::flush;
  private int windowBytes;
  private boolean closing;
  private boolean closed;
  private @Nullable Throwable failure;

  InMemorySender(NetworkLoop loop, InMemoryStream stream, Wire wire, int windowBytes) {
    this.loop = loop;
    this.stream = stream;
    this.wire = wire;
    this.windowBytes = windowBytes;
  }

  Mono<Void> send(Publisher<? extends ByteBuf> buffers) {
    return Mono.create(sink -> loop.execute(() -> enqueue(new Send(buffers, sink))));
  }

  private void enqueue(Send send) {
    if (failure != null) {
      send.sink.error(failure);
    } else if (closing) {
      send.sink.error(new StreamException("stream is closed for sending"));
    } else {
      sends.add(send);
      startHead();
    }
  }

  /** Half-closes once the sends before it are done. */
  Mono<Void> close() {
    return Mono.create(
        sink ->
            loop.execute(
                () -> {
                  if (failure != null) {
                    sink.error(failure);
                  } else if (closed) {
                    sink.success();
                  } else {
                    closing = true;
                    sends.add(new Send(null, sink));
                    startHead();
                  }
                }));
  }

  boolean isEnded() {
    return closed || failure != null;
  }

  void granted(int bytes) {
    assert loop.inLoop();
    windowBytes += bytes;
    flush();
  }

  void fail(Throwable cause) {
    assert loop.inLoop();
    if (isEnded()) {
      return;
    }
    failure = cause;
    for (Send send = sends.poll(); send != null; send = sends.poll()) {
      send.abandon();
      send.sink.error(cause);
    }
  }

  private void startHead() {
    Send head = sends.peek();
    if (head == null || head.started) {
      return;
    }
    head.started = true;
    if (head.source != null) {
      head.source.subscribe(head);
    } else {
      sends.remove();
      if (!closed) {
        closed = true;
        stream.halfClosed();
      }
      head.sink.success();
      startHead();
    }
  }

  /** Sends what window and socket allow of the buffer at hand, then asks for the next. */
  private void flush() {
    Send head = sends.peek();
    if (head == null || head.buffer == null) {
      return;
    }
    ByteBuf buffer = head.buffer;
    while (buffer.isReadable() && windowBytes > 0 && wire.isWritable()) {
      int room = Math.min(windowBytes, wire.link().maxFrameBytes());
      int bytes = Math.min(buffer.readableBytes(), room);
      windowBytes -= bytes;
      stream.transmitData(ByteBufAllocator.DEFAULT.buffer(bytes).writeBytes(buffer, bytes));
      if (failure != null) {
        return; // This very frame has broken the connection.
      }
    }
    if (!buffer.isReadable()) {
      buffer.release();
      head.buffer = null;
      head.next();
    } else if (windowBytes > 0) {
      wire.whenWritable(flusher);
    }
  }

  /** One subscription to {@link #send}; without a source it is the half-close. */
  private final class Send implements CoreSubscriber<ByteBuf> {
    final @Nullable Publisher<? extends ByteBuf> source;
    final MonoSink<Void> sink;
    @Nullable Subscription subscription;
    @Nullable ByteBuf buffer;
    boolean started;
    boolean sourceEnded;

    Send(@Nullable Publisher<? extends ByteBuf> source, MonoSink<Void> sink) {
      this.source = source;
      this.sink = sink;
      if (source != null) {
        sink.onCancel(() -> loop.execute(this::stopTaking));
      }
    }

    @Override
    public Context currentContext() {
      return Context.of(sink.contextView());
    }

    @Override
    public void onSubscribe(Subscription upstream) {
      loop.execute(
          () -> {
            if (sourceEnded || failure != null) {
              upstream.cancel();
            } else {
              subscription = upstream;
              upstream.request(1);
            }
          });
    }

    @Override
    public void onNext(ByteBuf next) {
      loop.execute(
          () -> {
            if (sourceEnded || failure != null) {
              next.release();
            } else {
              buffer = next;
              flush();
            }
          });
    }

    @Override
    public void onError(Throwable cause) {
      loop.execute(
          () -> {
            if (!sourceEnded && failure == null) {
              sourceEnded = true;
              sends.remove(this);
              abandon();
              sink.error(cause);
              stream.resetNow();
            }
          });
    }

    @Override
    public void onComplete() {
      loop.execute(
          () -> {
            if (!sourceEnded) {
              sourceEnded = true;
              next();
            }
          });
    }

    private void stopTaking() {
      if (!started) {
        sends.remove(this);
      } else if (!sourceEnded) {
        sourceEnded = true;
        if (subscription != null) {
          subscription.cancel();
        }
        next();
      }
    }

    /** Goes on once the buffer at hand has gone. */
    private void next() {
      if (buffer != null) {
        return;
      }
      if (sourceEnded) {
        sends.remove(this);
        sink.success();
        startHead();
      } else if (subscription != null) {
        subscription.request(1);
      }
    }

    void abandon() {
      sourceEnded = true;
      if (subscription != null) {
        subscription.cancel();
      }
      if (buffer != null) {
        buffer.release();
        buffer = null;
      }
    }
  }
}
