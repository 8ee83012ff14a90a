package io.echonet.dds.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Very many retrievals at once on one node, from three processes: that all of them come out right,
 * how much longer the slowest takes than the others, and what memory that costs.
 */
final class Crowd {
  static final String COMMAND = "crowd";

  private static final int PROVIDERS = 3;

  private Crowd() {}

  /** Options: retrievals (1,000), contents (200), MiB of each (2). */
  static void run(String[] options) throws Exception {
    int retrievals = options.length > 0 ? Integer.parseInt(options[0]) : 1_000;
    int contents = options.length > 1 ? Integer.parseInt(options[1]) : 200;
    int mebibytes = options.length > 2 ? Integer.parseInt(options[2]) : 2;
    try (Stores stores = Stores.create()) {
      List<Child> providers = new ArrayList<>();
      try {
        List<String> cids = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        Path first = stores.of("0");
        Child filled = library(first, contents, mebibytes);
        providers.add(filled);
        addresses.add(filled.line());
        for (int i = 0; i < contents; i++) {
          cids.add(filled.line());
        }
        for (int i = 1; i < PROVIDERS; i++) {
          Child copy = library(stores.copy(first, Integer.toString(i)), 0, mebibytes);
          providers.add(copy);
          addresses.add(copy.line());
        }
        report(retrievals, cids, mebibytes, addresses);
      } finally {
        for (Child provider : providers) {
          provider.close();
        }
      }
    }
  }

  private static Child library(Path store, int contents, int mebibytes) throws IOException {
    String size = Integer.toString(mebibytes);
    return Child.start(
        List.of(),
        Library.COMMAND,
        store.toString(),
        "0",
        Library.NONE,
        Library.NONE,
        Integer.toString(contents),
        size,
        size);
  }

  private static void report(
      int retrievals, List<String> cids, int mebibytes, List<String> addresses) throws IOException {
    try (Child reader =
        Child.start(
            List.of(),
            CrowdReader.COMMAND,
            String.join(",", addresses),
            Integer.toString(retrievals),
            Integer.toString(mebibytes))) {
      Sample sample = reader.ask(cids.stream().collect(Collectors.joining(",")));
      System.out.printf(
          Locale.ROOT,
          "%d retrievals at once of %d contents of %d MiB from %d peers: %.0f came out right, %.0f failed%n"
              + "%.1f s, %.1f MB/s; each: median %.2f s, slowest %.2f s, %.2f times the median%n"
              + "%.1f MB fetched, %.0f requests failed, %.0f asked for twice%n"
              + "peak: heap %.0f MB, direct %.0f MB, resident %.0f MB%n",
          retrievals,
          cids.size(),
          mebibytes,
          addresses.size(),
          sample.get("right"),
          sample.get("failed"),
          sample.get("seconds"),
          sample.get("bytes") / 1e6 / sample.get("seconds"),
          sample.get("median"),
          sample.get("slowest"),
          sample.get("slowest") / sample.get("median"),
          sample.get("fetched") / 1e6,
          sample.get("failures"),
          sample.get("hedges"),
          sample.get("heap") / 1e6,
          sample.get("direct") / 1e6,
          sample.get("resident") / 1e6);
    }
  }
}
