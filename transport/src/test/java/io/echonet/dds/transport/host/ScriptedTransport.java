package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Dials that end when the test says so, on its thread, or never. */
final class ScriptedTransport implements Transport {
  private final List<MonoSink<RawConnection>> dials = new ArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile Runnable onCancel = () -> {};

  /** How many dials have begun. */
  synchronized int begun() {
    return dials.size();
  }

  int underWay() {
    return underWay.get();
  }

  /** Runs {@code action} wherever a dial is cancelled. */
  void onCancel(Runnable action) {
    onCancel = action;
  }

  void fail(int dial, Throwable failure) {
    MonoSink<RawConnection> sink;
    synchronized (this) {
      sink = dials.get(dial);
    }
    sink.error(failure);
  }

  @Override
  public boolean understands(Multiaddr address) {
    return true;
  }

  @Override
  public Mono<RawConnection> dial(Multiaddr address) {
    return Mono.create(
        sink -> {
          underWay.incrementAndGet();
          sink.onCancel(() -> onCancel.run());
          sink.onDispose(underWay::decrementAndGet);
          synchronized (this) {
            dials.add(sink);
          }
        });
  }

  @Override
  public Mono<Listener> listen(Multiaddr address, Consumer<RawConnection> accept) {
    return Mono.error(new UnsupportedOperationException("it only dials"));
  }
}
