package io.echonet.dds.transport.ping;

import io.echonet.dds.transport.StreamException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** The payloads that come back on one ping stream, put together from however they were cut. */
final class PingAnswers extends BaseSubscriber<ByteBuf> {
  private byte[] answer = new byte[Ping.PAYLOAD_BYTES];
  private int filled;
  private boolean ended;
  private @Nullable Throwable failure;
  private @Nullable MonoSink<byte[]> waiting;

  /** The next answer, 32 bytes; one may be waited for at a time. */
  Mono<byte[]> next() {
    return Mono.create(this::await);
  }

  private void await(MonoSink<byte[]> sink) {
    synchronized (this) {
      if (!ended) {
        waiting = sink;
      }
    }
    if (isEnded()) {
      sink.error(failure());
    } else {
      request(1);
    }
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    // Nothing is asked for before somebody waits.
  }

  @Override
  protected void hookOnNext(ByteBuf buffer) {
    MonoSink<byte[]> complete = null;
    byte[] payload = answer;
    boolean more = false;
    synchronized (this) {
      try {
        int count = Math.min(answer.length - filled, buffer.readableBytes());
        buffer.readBytes(answer, filled, count);
        filled += count;
        if (buffer.isReadable()) {
          failure = new StreamException("more came back than was sent by ping");
        } else if (filled == answer.length) {
          complete = waiting;
          waiting = null;
          answer = new byte[Ping.PAYLOAD_BYTES];
          filled = 0;
        } else {
          more = true;
        }
      } finally {
        buffer.release();
      }
    }
    if (complete != null) {
      complete.success(payload);
    } else if (more) {
      request(1);
    } else {
      cancel();
      end();
    }
  }

  @Override
  protected void hookOnError(Throwable cause) {
    synchronized (this) {
      failure = cause;
    }
    end();
  }

  @Override
  protected void hookOnComplete() {
    end();
  }

  private void end() {
    MonoSink<byte[]> left;
    synchronized (this) {
      ended = true;
      left = waiting;
      waiting = null;
    }
    if (left != null) {
      left.error(failure());
    }
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  private synchronized Throwable failure() {
    return failure == null ? new StreamException("the peer answers pings no more") : failure;
  }
}
