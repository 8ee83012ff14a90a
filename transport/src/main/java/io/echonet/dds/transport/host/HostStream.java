package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.multistream.NegotiatedStream;
import io.netty.buffer.ByteBuf;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A negotiated stream together with the connection it is on. */
record HostStream(HostConnection connection, NegotiatedStream negotiated, boolean isInitiator)
    implements Stream {
  @Override
  public String protocol() {
    return negotiated.protocol();
  }

  @Override
  public Flux<ByteBuf> receive() {
    return negotiated.receive();
  }

  @Override
  public Mono<Void> send(Publisher<? extends ByteBuf> buffers) {
    return negotiated.send(buffers);
  }

  @Override
  public Mono<Void> closeWrite() {
    return negotiated.closeWrite();
  }

  @Override
  public Mono<Void> close() {
    return negotiated.close();
  }

  @Override
  public void reset() {
    negotiated.reset();
  }

  @Override
  public Mono<Void> onClose() {
    return negotiated.onClose();
  }

  @Override
  public String toString() {
    return "stream " + negotiated.id() + " of " + protocol() + " on " + connection;
  }
}
