package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.spi.MuxedConnection;
import io.echonet.dds.transport.spi.MuxedStream;
import io.netty.channel.Channel;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A Yamux session as its owner holds it; brings every call to the event loop. */
final class YamuxConnection implements MuxedConnection {
  private final YamuxHandler handler;
  private final Sinks.Empty<Void> closed = Sinks.empty();

  YamuxConnection(YamuxHandler handler, Channel channel) {
    this.handler = handler;
    channel.closeFuture().addListener(done -> closed.tryEmitEmpty());
  }

  @Override
  public Mono<MuxedStream> open(int receiveWindowBytes) {
    int checked = new StreamOptions(receiveWindowBytes).receiveWindowBytes();
    return Mono.create(
        sink -> {
          if (!run(() -> handler.openings().add(checked, sink))) {
            sink.error(new ConnectionException("the event loop has ended (" + handler + ")"));
          }
        });
  }

  @Override
  public int openStreams() {
    return handler.openStreams();
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          run(handler::close);
          return onClose();
        });
  }

  @Override
  public Mono<Void> onClose() {
    return closed.asMono();
  }

  private boolean run(Runnable task) {
    if (handler.loop().inEventLoop()) {
      task.run();
      return true;
    }
    return handler.execute(task);
  }

  @Override
  public String toString() {
    return handler.toString();
  }
}
