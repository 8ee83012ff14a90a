package io.echonet.dds.benchmarks;

import io.echonet.dds.benchmarks.TransportMeasure.Pass;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The figures of a transport benchmark as a table, and how ours stand to js-libp2p's. */
final class TransportReport {
  private static final double ASKED_RATIO = 5;
  private static final double ASKED_CPU_SECONDS_PER_GIGABYTE = 2.2;

  private static final List<Row> ROWS =
      List.of(
          Row.of("one stream, MB/s", TransportMeasure.ONE_STREAM, pass -> pass.perSecond() / 1e6),
          Row.of(
              "  CPU s/GB, both sides", TransportMeasure.ONE_STREAM, Pass::cpuSecondsPerGigabyte),
          Row.of(
              "four streams, MB/s", TransportMeasure.FOUR_STREAMS, pass -> pass.perSecond() / 1e6),
          Row.of(
              "  CPU s/GB, both sides", TransportMeasure.FOUR_STREAMS, Pass::cpuSecondsPerGigabyte),
          Row.of("connections/s, one by one", TransportMeasure.CONNECTIONS, Pass::perSecond),
          Row.of("  CPU ms each, both sides", TransportMeasure.CONNECTIONS, Pass::cpuMillisEach),
          Row.of(
              "connections/s, " + TransportMeasure.AT_ONCE + " at once",
              TransportMeasure.CONNECTIONS_AT_ONCE,
              Pass::perSecond),
          Row.of("streams/s, one by one", TransportMeasure.STREAMS, Pass::perSecond),
          Row.of(
              "streams/s, " + TransportMeasure.AT_ONCE + " at once",
              TransportMeasure.STREAMS_AT_ONCE,
              Pass::perSecond),
          Row.of(
              "ping, median \u00b5s", TransportMeasure.PINGS, pass -> pass.figures().get("median")),
          Row.of("ping, p99 \u00b5s", TransportMeasure.PINGS, pass -> pass.figures().get("p99")));

  private final List<Contestant> contestants;

  TransportReport(List<Contestant> contestants) {
    this.contestants = contestants;
  }

  private record Row(String title, TransportMeasure measure, ToDoubleFunction<Pass> figure) {
    static Row of(String title, TransportMeasure measure, ToDoubleFunction<Pass> figure) {
      return new Row(title, measure, figure);
    }

    double[] sorted(Contestant contestant) {
      return contestant.passes(measure).stream().mapToDouble(figure).sorted().toArray();
    }
  }

  void print() {
    System.out.printf("%-28s", "median (least to most)");
    contestants.forEach(contestant -> System.out.printf("%24s", contestant.name()));
    System.out.println();
    for (Row row : ROWS) {
      System.out.printf("%-28s", row.title());
      contestants.forEach(contestant -> System.out.printf("%24s", cell(row.sorted(contestant))));
      System.out.println();
    }
    for (String security : List.of("noise", "tls")) {
      named(security)
          .ifPresent(
              ours -> {
                named("js-" + security).ifPresent(theirs -> compare(security, ours, theirs));
                double[] cpu = ROWS.get(1).sorted(ours);
                System.out.printf(
                    Locale.ROOT,
                    "%s: %s CPU seconds for a GB, both sides; asked: at most %s%n",
                    security,
                    cell(cpu),
                    ASKED_CPU_SECONDS_PER_GIGABYTE);
              });
    }
  }

  private Optional<Contestant> named(String name) {
    return contestants.stream().filter(contestant -> contestant.name().equals(name)).findFirst();
  }

  private static void compare(String security, Contestant ours, Contestant theirs) {
    List<Pass> our = ours.passes(TransportMeasure.ONE_STREAM);
    List<Pass> their = theirs.passes(TransportMeasure.ONE_STREAM);
    double[] ratios = new double[our.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = our.get(i).perSecond() / their.get(i).perSecond();
    }
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "%s: one stream carries %s times what js-libp2p's does, pass by pass; asked: at least %s%n",
        security,
        cell(ratios),
        ASKED_RATIO);
  }

  private static String cell(double[] sorted) {
    if (sorted.length == 0) {
      return "-";
    }
    return String.format(
        Locale.ROOT,
        "%s (%s to %s)",
        figure(median(sorted)),
        figure(sorted[0]),
        figure(sorted[sorted.length - 1]));
  }

  private static double median(double[] sorted) {
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, value < 100 ? (value < 10 ? "%.2f" : "%.1f") : "%.0f", value);
  }
}
