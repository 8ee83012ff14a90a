package io.echonet.dds.transport.host;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Work that may be given up from another thread than the one on which it fails. */
final class GivenUp {
  /*
   * Where a failure meets a cancellation on its way, an operator between the two has nobody to tell and drops the
   * failure. Reactor then logs an error of the program, unless the context of that work has this hook.
   */
  private static final String DROPPED = "reactor.onErrorDropped.local";

  private static final Logger LOG = LoggerFactory.getLogger(GivenUp.class);

  private GivenUp() {}

  /** {@code work}, of which a failure that nobody waits for any more is none. */
  static <T> Mono<T> quietly(Mono<T> work) {
    return work.contextWrite(Context.of(DROPPED, (Consumer<Throwable>) GivenUp::log));
  }

  private static void log(Throwable failure) {
    LOG.debug("failed while it was given up: {}", failure.toString());
  }
}
