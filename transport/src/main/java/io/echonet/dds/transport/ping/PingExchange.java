package io.echonet.dds.transport.ping;

import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The asking side of one ping stream: a payload goes out, the same must come back. */
final class PingExchange {
  private final Stream stream;
  private final Duration timeout;
  private final Scheduler timer;
  private final Random random;
  private final LongSupplier nanoTime;

  PingExchange(
      Stream stream, Duration timeout, Scheduler timer, Random random, LongSupplier nanoTime) {
    this.stream = stream;
    this.timeout = timeout;
    this.timer = timer;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  Flux<Duration> measure(Duration pause) {
    return Flux.using(
        () -> {
          PingAnswers answers = new PingAnswers();
          stream.receive().subscribe(answers);
          return answers;
        },
        answers ->
            exchange(answers)
                .repeatWhen(
                    done ->
                        pause.isZero() ? done : done.concatMap(n -> Mono.delay(pause, timer), 1)),
        PingAnswers::dispose);
  }

  private Mono<Duration> exchange(PingAnswers answers) {
    return Mono.defer(
        () -> {
          byte[] payload = new byte[Ping.PAYLOAD_BYTES];
          random.nextBytes(payload);
          long start = nanoTime.getAsLong();
          return stream
              .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(payload)))
              .then(answers.next())
              .timeout(timeout, Mono.error(this::late), timer)
              .map(
                  answer -> {
                    if (!Arrays.equals(answer, payload)) {
                      throw new StreamException(peer() + " answered a ping with other bytes");
                    }
                    return Duration.ofNanos(nanoTime.getAsLong() - start);
                  });
        });
  }

  private StreamException late() {
    return new StreamException(peer() + " did not answer a ping within " + timeout);
  }

  private String peer() {
    return stream.connection().remotePeer().toString();
  }
}
