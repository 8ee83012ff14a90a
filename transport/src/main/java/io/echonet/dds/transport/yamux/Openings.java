package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.TransportException;
import io.echonet.dds.transport.spi.MuxedStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * The streams that this end wants to open, in the order in which they were asked for. Lives on the
 * event loop.
 */
final class Openings {
  private final YamuxHandler handler;
  private final YamuxSession session;
  private final ArrayDeque<Opening> waiting = new ArrayDeque<>();

  Openings(YamuxHandler handler, YamuxSession session) {
    this.handler = handler;
    this.session = session;
  }

  void add(int receiveWindowBytes, MonoSink<MuxedStream> sink) {
    ConnectionException death = handler.death();
    if (death != null) {
      sink.error(death);
      return;
    }
    try {
      session.requireOpenable(waiting.size());
    } catch (TransportException e) {
      sink.error(e);
      return;
    }
    Opening opening = new Opening(receiveWindowBytes, sink);
    sink.onCancel(() -> handler.execute(opening::cancel));
    if (waiting.isEmpty() && !session.isOpenBacklogFull()) {
      opening.open();
    } else {
      waiting.add(opening);
    }
  }

  /** Opens what waits, as far as the peer has acknowledged what was opened before. */
  void serve() {
    while (!waiting.isEmpty() && !session.isOpenBacklogFull()) {
      Opening opening = waiting.remove();
      try {
        session.requireOpenable(0);
      } catch (TransportException e) {
        opening.sink.error(e);
        continue;
      }
      opening.open();
    }
  }

  void fail(ConnectionException cause) {
    for (Opening next = waiting.poll(); next != null; next = waiting.poll()) {
      next.sink.error(cause);
    }
  }

  private final class Opening {
    private final int receiveWindowBytes;
    private final MonoSink<MuxedStream> sink;
    private @Nullable YamuxStream stream;
    private boolean cancelled;

    Opening(int receiveWindowBytes, MonoSink<MuxedStream> sink) {
      this.receiveWindowBytes = receiveWindowBytes;
      this.sink = sink;
    }

    void open() {
      if (cancelled) {
        return; // Before it was asked for.
      }
      YamuxStream opened =
          new YamuxStream(handler, session.open(receiveWindowBytes, handler.now()));
      stream = opened;
      handler.onOpened();
      handler.turns().tell(opened);
      sink.success(opened);
    }

    /**
     * The sink says so only if it has not handed the stream on, so a stream that exists is
     * nobody's.
     */
    void cancel() {
      cancelled = true;
      if (stream == null) {
        waiting.remove(this);
      } else {
        stream.reset();
      }
    }
  }
}
