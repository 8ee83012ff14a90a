package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.StreamException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * What a stream sends: its sends one after another, then the half-close. Lives on the event loop.
 */
final class StreamSender {
  private final YamuxStream stream;
  private final SessionStream core;
  private final YamuxHandler handler;
  private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>(2);
  private final ArrayDeque<SendOperation> waiting = new ArrayDeque<>(2);
  private final List<MonoSink<Void>> finishing = new ArrayList<>(1);
  private long bufferedBytes;
  private long framesWritten;
  private @Nullable SendOperation active;
  private boolean finishWanted;
  private boolean finished;
  private @Nullable Throwable failure;

  StreamSender(YamuxStream stream, SessionStream core, YamuxHandler handler) {
    this.stream = stream;
    this.core = core;
    this.handler = handler;
  }

  YamuxStream stream() {
    return stream;
  }

  void add(SendOperation operation) {
    if (failure != null) {
      operation.fail(failure);
    } else if (finishWanted) {
      operation.fail(new StreamException("nothing can be sent after closeWrite (" + stream + ")"));
    } else if (active == null) {
      activate(operation);
    } else if (waiting.size() < handler.config().maxQueuedSends()) {
      waiting.add(operation);
    } else {
      operation.fail(
          new LimitExceededException(
              "sending while " + waiting.size() + " sends wait (" + stream + ")"));
    }
  }

  /** Half-closes once the sends before have been sent. */
  void finish(MonoSink<Void> done) {
    if (finished) {
      done.success();
    } else if (failure != null) {
      done.error(failure);
    } else {
      finishing.add(done);
      finishWanted = true;
      stream.wantsToWrite();
    }
  }

  private void activate(SendOperation operation) {
    active = operation;
    operation.subscribeToSource();
  }

  void cancel(SendOperation operation) {
    if (operation == active) {
      operation.stop();
      if (buffers.isEmpty()) {
        completeActive();
      }
    } else if (waiting.remove(operation)) {
      operation.complete();
    }
  }

  void onBuffer(ByteBuf buffer, int bytes) {
    buffers.add(buffer);
    bufferedBytes += bytes;
    stream.wantsToWrite();
  }

  void onSourceDone(SendOperation operation) {
    if (operation == active && buffers.isEmpty()) {
      completeActive();
    }
  }

  void onSourceFailure(SendOperation operation, Throwable cause) {
    if (operation == active) {
      active = null;
      stream.resetBecause("its publisher failed", cause);
      operation.fail(cause);
    }
  }

  private void completeActive() {
    SendOperation done = active;
    active = null;
    SendOperation next = waiting.poll();
    if (next != null) {
      activate(next);
    } else if (finishWanted) {
      stream.wantsToWrite();
    }
    if (done != null) {
      done.complete();
    }
  }

  /** Whether a visit would, or might, get something done. */
  boolean wantsVisit() {
    return active != null || isReady();
  }

  /** Whether a visit would write a frame. */
  boolean isReady() {
    return core.state().canSend() && (isDataDue() || isFinishDue());
  }

  private boolean isDataDue() {
    return bufferedBytes > 0 && core.sendWindow().available() > 0;
  }

  private boolean isFinishDue() {
    return finishWanted && active == null && buffers.isEmpty();
  }

  /**
   * Takes from the publisher, and writes one frame at most.
   *
   * @return the bytes written
   */
  int visit() {
    if (!core.state().canSend()) {
      return 0;
    }
    takeMore();
    if (isDataDue()) {
      int written = writeData();
      takeMore();
      return written;
    }
    return isFinishDue() ? writeFinish() : 0;
  }

  private void takeMore() {
    if (active != null && core.state().canSend()) {
      active.request(core.sendWindow().available() - bufferedBytes, buffers.size());
    }
  }

  private int writeData() {
    long room = Math.min(core.sendWindow().available(), handler.config().framePayloadBytes());
    int length = (int) Math.min(bufferedBytes, room);
    handler.writeData(core, length);
    framesWritten++;
    bufferedBytes -= length;
    for (int left = length; left > 0; ) {
      ByteBuf head = buffers.element();
      int bytes = Math.min(head.readableBytes(), left);
      handler.writePayload(
          bytes < head.readableBytes() ? head.readRetainedSlice(bytes) : buffers.remove());
      left -= bytes;
    }
    if (bufferedBytes == 0 && active != null && active.isSourceDone()) {
      completeActive();
    }
    return YamuxFrame.HEADER_BYTES + length;
  }

  /** In a frame of its own: a peer that acts on a frame's flags first would lose its payload. */
  private int writeFinish() {
    handler.writeFinish(core);
    framesWritten++;
    finished = true;
    List<MonoSink<Void>> done = List.copyOf(finishing);
    finishing.clear();
    stream.onFinishSent();
    done.forEach(MonoSink::success);
    return YamuxFrame.HEADER_BYTES;
  }

  /** Grows as long as the peer takes what is sent. */
  long framesWritten() {
    return framesWritten;
  }

  /** The stream has ended; nothing more is sent. */
  void fail(Throwable cause) {
    if (failure != null || finished) {
      return;
    }
    failure = cause;
    buffers.forEach(ByteBuf::release);
    buffers.clear();
    bufferedBytes = 0;
    SendOperation current = active;
    active = null;
    if (current != null) {
      current.fail(cause);
    }
    for (SendOperation next = waiting.poll(); next != null; next = waiting.poll()) {
      next.fail(cause);
    }
    finishing.forEach(done -> done.error(cause));
    finishing.clear();
  }
}
