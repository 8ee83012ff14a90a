package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.TransportException;
import io.echonet.dds.transport.spi.MuxedStream;
import java.util.ArrayDeque;
import reactor.core.publisher.MonoSink;

/**
 * The streams that this end wants to open, in the order in which they were asked for. Lives on the
 * event loop.
 */
final class Openings {
  private record Opening(int receiveWindowBytes, MonoSink<MuxedStream> sink) {}

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
    if (waiting.isEmpty() && !session.isOpenBacklogFull()) {
      open(opening);
    } else {
      waiting.add(opening);
      sink.onCancel(() -> handler.loop().execute(() -> waiting.remove(opening)));
    }
  }

  /** Opens what waits, as far as the peer has acknowledged what was opened before. */
  void serve() {
    while (!waiting.isEmpty() && !session.isOpenBacklogFull()) {
      Opening opening = waiting.remove();
      try {
        session.requireOpenable(0);
      } catch (TransportException e) {
        opening.sink().error(e);
        continue;
      }
      open(opening);
    }
  }

  private void open(Opening opening) {
    YamuxStream stream = new YamuxStream(handler, session.open(opening.receiveWindowBytes()));
    handler.onOpened();
    handler.turns().tell(stream);
    opening.sink().success(stream);
  }

  void fail(ConnectionException cause) {
    for (Opening next = waiting.poll(); next != null; next = waiting.poll()) {
      next.sink().error(cause);
    }
  }
}
