package io.echonet.dds.node.cli;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Hands buffers to something that blocks, on a thread of its own, two at most waiting there: a slow
 * reader of the output thereby slows the peers.
 */
final class Delivery {
  private static final int PREFETCH = 2;

  private Delivery() {}

  /**
   * Completes when {@code target} has taken the last of {@code bytes}. Cancelling interrupts it.
   */
  static Mono<Void> of(Flux<ByteBuffer> bytes, Consumer<ByteBuffer> target) {
    return Mono.using(
        () -> new DaemonThread("dds-output"),
        thread -> bytes.publishOn(thread.scheduler(), PREFETCH).doOnNext(target).then());
  }
}
