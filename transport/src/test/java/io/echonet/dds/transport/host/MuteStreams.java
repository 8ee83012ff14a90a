package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.spi.MemoryScope;
import io.echonet.dds.transport.spi.MuxedConnection;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Muxer;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.testing.Buffers;
import io.echonet.dds.transport.yamux.YamuxMuxer;
import io.netty.channel.Channel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Yamux with a back door: streams are opened on which no protocol is ever proposed. */
final class MuteStreams implements Muxer {
  private final Muxer yamux = new YamuxMuxer();
  private final AtomicReference<MuxedConnection> connection = new AtomicReference<>();
  private final AtomicInteger alive = new AtomicInteger();

  /** A host, normal but for this. */
  Host host(HostConfig config) {
    return TestHosts.start(config, this, Schedulers.parallel());
  }

  @Override
  public String id() {
    return yamux.id();
  }

  @Override
  public MuxedConnection attach(
      Channel channel, Role role, MemoryScope memory, Consumer<MuxedStream> accept) {
    MuxedConnection attached = yamux.attach(channel, role, memory, accept);
    connection.set(attached);
    return attached;
  }

  /** Opens streams of which the peer learns by a single byte each. */
  void open(int count) {
    MuxedConnection attached = Objects.requireNonNull(connection.get(), "not connected");
    for (int i = 0; i < count; i++) {
      MuxedStream stream =
          Objects.requireNonNull(attached.open(StreamOptions.INITIAL_WINDOW_BYTES).block(TIMEOUT));
      alive.incrementAndGet();
      stream.onClose().subscribe(nothing -> {}, failure -> {}, alive::decrementAndGet);
      stream
          .send(Mono.fromSupplier(() -> Buffers.of(new byte[] {0x13})))
          .subscribe(nothing -> {}, failure -> {});
    }
  }

  /** How many of them have not been reset. */
  int alive() {
    return alive.get();
  }
}
