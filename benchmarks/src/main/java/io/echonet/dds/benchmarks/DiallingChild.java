package io.echonet.dds.benchmarks;

import io.echonet.dds.benchmarks.Dialling.Deadline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Flux;

/**
 * What the two sides of a transport benchmark do when they are told: {@code usage} at either,
 * {@code send STREAMS}, {@code connect AT_ONCE}, {@code open AT_ONCE} and {@code ping} at the one
 * that dials, each with the milliseconds to go on for behind it. The same words are understood by
 * the processes of js-libp2p.
 */
final class DiallingChild {
  private static final Duration SETTLING = Duration.ofSeconds(60);

  private DiallingChild() {}

  /** Serves a side that is dialled until the input ends. */
  static void serve() throws IOException {
    BufferedReader commands = commands();
    while (commands.readLine() != null) {
      System.out.println(usage());
    }
  }

  /** Serves the side that dials until the input ends. */
  static void serve(Dialling dialling) throws IOException {
    BufferedReader commands = commands();
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      System.out.println(answer(dialling, List.of(line.split(" ", -1))));
    }
    dialling.close().block(SETTLING);
  }

  private static BufferedReader commands() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  }

  private static Sample answer(Dialling dialling, List<String> words) {
    if (words.get(0).equals("usage")) {
      return usage();
    }
    Duration time = Duration.ofMillis(Long.parseLong(words.get(words.size() - 1)));
    if (words.get(0).equals("ping")) {
      return pings(dialling, time);
    }
    int width = Integer.parseInt(words.get(1));
    Deadline over = Deadline.after(time);
    long start = System.nanoTime();
    long done =
        Objects.requireNonNull(
            switch (words.get(0)) {
              case "send" -> dialling.send(width, over).block(time.plus(SETTLING));
              case "connect" ->
                  Flux.range(0, width)
                      .flatMap(
                          worker -> Dialling.repeat(() -> dialling.connect(worker), over), width)
                      .reduce(0L, Long::sum)
                      .block(time.plus(SETTLING));
              case "open" ->
                  Flux.range(0, width)
                      .flatMap(worker -> Dialling.repeat(dialling::open, over), width)
                      .reduce(0L, Long::sum)
                      .block(time.plus(SETTLING));
              default -> throw new IllegalArgumentException(String.join(" ", words));
            });
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Sample(Map.of("done", (double) done, "seconds", seconds));
  }

  private static Sample pings(Dialling dialling, Duration time) {
    Deadline over = Deadline.after(time);
    double[] micros =
        Objects.requireNonNull(
                dialling
                    .ping()
                    .takeUntil(last -> over.isPast())
                    .collectList()
                    .block(time.plus(SETTLING)))
            .stream()
            .mapToDouble(ping -> ping.toNanos() / 1e3)
            .sorted()
            .toArray();
    return new Sample(
        Map.of("median", micros[micros.length / 2], "p99", micros[micros.length * 99 / 100]));
  }

  private static Sample usage() {
    Usage usage = Usage.now();
    return new Sample(
        Map.of("cpu", usage.cpuSeconds(), "memory", (double) usage.peakMemoryBytes()));
  }
}
