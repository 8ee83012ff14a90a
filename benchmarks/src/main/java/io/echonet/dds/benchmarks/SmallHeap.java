package io.echonet.dds.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A content that is far larger than the memory of its reader, who pauses at random, from three
 * processes.
 */
final class SmallHeap {
  static final String COMMAND = "small-heap";

  /** Far more than the reader's cache, so that nearly everything is fetched each time. */
  private static final int DISTINCT_MEBIBYTES = 128;

  private static final int PROVIDERS = 3;
  private static final List<String> MEMORY = List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m");

  private SmallHeap() {}

  /** Options: MiB (10,240). */
  static void run(String[] options) throws Exception {
    int mebibytes = options.length > 0 ? Integer.parseInt(options[0]) : 10_240;
    RepeatedContent content =
        new RepeatedContent(1, mebibytes, Math.min(mebibytes, DISTINCT_MEBIBYTES));
    try (Stores stores = Stores.create()) {
      List<Child> providers = new ArrayList<>();
      try {
        List<String> addresses = new ArrayList<>();
        Path first = stores.of("0");
        Child filled = library(first, 1, content);
        providers.add(filled);
        addresses.add(filled.line());
        String cid = filled.line();
        for (int i = 1; i < PROVIDERS; i++) {
          Child copy = library(stores.copy(first, Integer.toString(i)), 0, content);
          providers.add(copy);
          addresses.add(copy.line());
        }
        try (Child reader =
            Child.start(MEMORY, PausingReader.COMMAND, String.join(",", addresses), cid)) {
          Sample sample = Sample.parse(reader.line());
          report(content, reader.line().equals(content.sha256()), sample);
        }
      } finally {
        for (Child provider : providers) {
          provider.close();
        }
      }
    }
  }

  private static Child library(Path store, int contents, RepeatedContent content)
      throws IOException {
    return Child.start(
        List.of(),
        Library.COMMAND,
        store.toString(),
        "0",
        Library.NONE,
        Library.NONE,
        Integer.toString(contents),
        Integer.toString(content.mebibytes()),
        Integer.toString(content.distinct()));
  }

  private static void report(RepeatedContent content, boolean right, Sample sample) {
    System.out.printf(
        Locale.ROOT,
        "%d MiB by %s from %d peers: %s; %.0f s, of which %.0f s in %.0f pauses; %.0f MB/s beside them%n"
            + "%.1f GB delivered, %.1f GB fetched; peak: heap %.1f MB, direct %.1f MB, resident %.0f MB%n",
        content.mebibytes(),
        String.join(" ", MEMORY),
        PROVIDERS,
        right ? "right to the last byte" : "WRONG",
        sample.get("seconds"),
        sample.get("paused"),
        sample.get("pauses"),
        sample.get("bytes") / 1e6 / (sample.get("seconds") - sample.get("paused")),
        sample.get("bytes") / 1e9,
        sample.get("fetched") / 1e9,
        sample.get("heap") / 1e6,
        sample.get("direct") / 1e6,
        sample.get("resident") / 1e6);
  }
}
