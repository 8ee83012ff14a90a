package io.echonet.dds.transport.multistream;

import io.echonet.dds.transport.spi.MuxedStream;
import io.netty.buffer.ByteBuf;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The opening of a lazy negotiation: it goes out in front of the first payload, or alone on demand.
 */
final class LazyOpening {
  /*
   * The stream runs its sends one after another, and only it knows in which order. So nothing is decided when a
   * send is subscribed to: every send that begins before the opening has gone is a Carrier, and the first one to
   * put a buffer on the wire claims the opening and puts it in front. A flush is a send without payload, unless
   * a carrier is under way that has not come by its first buffer; then that one is told to do without.
   */

  private final MuxedStream stream;
  private final byte[] bytes;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final Set<Carrier> carriers = new LinkedHashSet<>();
  private volatile boolean flushWanted;

  LazyOpening(MuxedStream stream, byte[] bytes) {
    this.stream = stream;
    this.bytes = bytes;
  }

  Mono<Void> send(Publisher<? extends ByteBuf> buffers) {
    return Mono.defer(() -> claimed.get() ? stream.send(buffers) : stream.send(carrier(buffers)));
  }

  private synchronized Carrier carrier(Publisher<? extends ByteBuf> buffers) {
    Carrier carrier = new Carrier(this, buffers);
    carriers.add(carrier);
    return carrier;
  }

  /** Sees to it that the opening goes out without waiting for payload. */
  void flush() {
    if (claimed.get()) {
      return;
    }
    flushWanted = true;
    List<Carrier> underWay = underWay();
    if (underWay.isEmpty()) {
      // What goes wrong shows to whoever receives or sends.
      stream.send(carrier(Flux.empty())).subscribe(nothing -> {}, error -> {});
    } else {
      underWay.forEach(Carrier::drain);
    }
  }

  private synchronized List<Carrier> underWay() {
    return List.copyOf(carriers);
  }

  /** Whether the caller is to put {@link #bytes()} in front of what it sends; true once. */
  boolean claim() {
    return !claimed.get() && claimed.compareAndSet(false, true);
  }

  boolean isClaimed() {
    return claimed.get();
  }

  byte[] bytes() {
    return bytes;
  }

  boolean isFlushWanted() {
    return flushWanted;
  }

  /** A carrier has ended, perhaps without having carried anything. */
  void ended(Carrier carrier) {
    boolean last;
    synchronized (this) {
      last = carriers.remove(carrier) && carriers.isEmpty();
    }
    if (last && flushWanted) {
      flush();
    }
  }
}
