package io.echonet.dds.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One content from the store of one process to the consumer of another over loopback, in turn with
 * the bare pipeline that does the same work without DDS: socket, the same cipher, both hashes,
 * three threads.
 */
final class EndToEnd {
  private static final int MIB = 1024 * 1024;

  private EndToEnd() {}

  /** Options: megabytes (MiB, 1024), counted passes (5), passes to warm up (2). */
  static void run(String[] options) throws Exception {
    int mebibytes = number(options, 0, 1024);
    int passes = number(options, 1, 5);
    int warmUp = number(options, 2, 2);
    long bytes = (long) mebibytes * MIB;
    try (ContentFile content = ContentFile.create(mebibytes)) {
      System.out.printf(
          Locale.ROOT,
          "%d MiB over loopback, two processes, JDK %s, %d processors; %d passes after %d to warm up%n",
          mebibytes,
          Runtime.version(),
          Runtime.getRuntime().availableProcessors(),
          passes,
          warmUp);
      List<Pass> bare = new ArrayList<>();
      List<Pass> dds = new ArrayList<>();
      try (Child bareSender = Child.start(List.of(), BareSender.COMMAND, Long.toString(bytes));
          Child bareReceiver =
              Child.start(
                  List.of(), BareReceiver.COMMAND, Long.toString(bytes), bareSender.line());
          Child provider =
              Child.start(
                  List.of(),
                  Provider.COMMAND,
                  content.store("node").toString(),
                  content.file().toString());
          Child consumer =
              Child.start(List.of(), Consumer.COMMAND, provider.line(), provider.line())) {
        for (int i = 0; i < warmUp + passes; i++) {
          Pass barePass = Pass.of(bareSender, bareReceiver);
          Pass ddsPass = Pass.of(provider, consumer);
          if (i >= warmUp) {
            bare.add(barePass);
            dds.add(ddsPass);
          }
        }
      }
      report(bare, dds);
    }
  }

  private static int number(String[] options, int index, int otherwise) {
    return options.length > index ? Integer.parseInt(options[index]) : otherwise;
  }

  private static void report(List<Pass> bare, List<Pass> dds) {
    System.out.printf(
        "%-14s %10s %14s %16s %18s %16s %16s%n",
        "medians",
        "MB/s",
        "first byte ms",
        "sender CPU s/GB",
        "receiver CPU s/GB",
        "sender peak MB",
        "receiver peak MB");
    print("bare pipeline", bare);
    print("dds", dds);
    double[] ratios = new double[dds.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = dds.get(i).rate() / bare.get(i).rate();
    }
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "dds / bare, pass by pass: median %.2f (%.2f to %.2f)%n",
        ratios[ratios.length / 2],
        ratios[0],
        ratios[ratios.length - 1]);
  }

  private static void print(String name, List<Pass> passes) {
    System.out.printf(
        Locale.ROOT,
        "%-14s %10.0f %14.1f %16.2f %18.2f %16.0f %16.0f%n",
        name,
        median(passes, Pass::rate),
        median(passes, pass -> pass.receiver().get("firstByteSeconds") * 1e3),
        median(passes, pass -> pass.sender().get("cpu") / pass.gigabytes()),
        median(passes, pass -> pass.receiver().get("cpu") / pass.gigabytes()),
        median(passes, pass -> pass.sender().get("memory") / 1e6),
        median(passes, pass -> pass.receiver().get("memory") / 1e6));
  }

  private static double median(List<Pass> passes, ToDoubleFunction<Pass> figure) {
    double[] sorted = passes.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** One content from one child to the other. */
  private record Pass(Sample sender, Sample receiver) {
    static Pass of(Child sender, Child receiver) throws Exception {
      sender.go();
      receiver.go();
      Sample received = Sample.parse(receiver.line());
      sender.go();
      return new Pass(Sample.parse(sender.line()), received);
    }

    double gigabytes() {
      return receiver.get("bytes") / 1e9;
    }

    /** Megabytes (10^6) a second. */
    double rate() {
      return receiver.get("bytes") / 1e6 / receiver.get("seconds");
    }
  }
}
