package io.echonet.dds.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Our host by Noise and by TLS, beside js-libp2p by both and bare sockets: what streams carry and
 * cost, how fast connections and streams are made, and how long a ping takes. Each has two
 * processes of its own; passes take turns.
 */
final class TransportBenchmark {
  static final String COMMAND = "transport";

  private static final List<String> ALL =
      List.of("bare-tcp", "bare-tls", "noise", "tls", "js-noise", "js-tls");

  private static final Path SCRIPTS = Path.of("src-test-integration", "js");

  private TransportBenchmark() {}

  /**
   * @param options counted passes (5), milliseconds of each measurement (1,000), passes to warm up
   *     (2), which of {@link #ALL} with commas between them (all)
   */
  static void run(String[] options) throws Exception {
    int passes = option(options, 0, 5);
    int millis = option(options, 1, 1_000);
    int warmUp = option(options, 2, 2);
    List<String> names = options.length > 3 ? List.of(options[3].split(",", -1)) : ALL;
    System.out.printf(
        Locale.ROOT,
        "transports over loopback, two processes each, JDK %s, %d processors; %d passes of %d ms"
            + " each after %d to warm up%n",
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        passes,
        millis,
        warmUp);
    List<Contestant> contestants = new ArrayList<>();
    try {
      startAll(contestants, names);
      for (int pass = 0; pass < warmUp + passes; pass++) {
        System.err.printf("pass %d of %d%n", pass + 1, warmUp + passes);
        for (TransportMeasure measure : TransportMeasure.values()) {
          for (Contestant contestant : contestants) {
            contestant.run(measure, millis, pass >= warmUp);
          }
        }
      }
    } finally {
      for (Contestant contestant : contestants) {
        contestant.close();
      }
    }
    new TransportReport(contestants).print();
  }

  private static int option(String[] options, int index, int otherwise) {
    return options.length > index ? Integer.parseInt(options[index]) : otherwise;
  }

  private static void startAll(List<Contestant> contestants, List<String> names)
      throws IOException {
    for (String name : names) {
      boolean javaScript = name.startsWith("js-");
      if (javaScript && !Contestant.hasJavaScript(SCRIPTS)) {
        System.out.printf(
            "without %s: there is none in %s; \"cd %s && sh ../install-foreign-peers\" installs"
                + " it%n",
            name, SCRIPTS, SCRIPTS);
        continue;
      }
      String security = name.substring(name.indexOf('-') + 1);
      contestants.add(
          javaScript
              ? Contestant.javaScript(name, SCRIPTS, security)
              : name.startsWith("bare-")
                  ? Contestant.bare(name, security)
                  : Contestant.ours(name, security));
    }
  }
}
