package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.ping.Ping;
import io.echonet.dds.transport.ping.PingConfig;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code dds ping}: whether a node is there, and how far away. */
@Command(
    name = "ping",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Measure the time to a node and back.",
    description = {
      "",
      "Connects, checks that the node is who the address says (where it ends in /p2p/ID), and prints "
          + "a line for each answer.",
      ""
    },
    footer = {"", "Example:", "  dds ping /ip4/127.0.0.1/tcp/4001 -c 10"})
final class PingCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MAX_COUNT = 1_000_000;

  private final Console console;

  @Parameters(paramLabel = "MULTIADDR", description = "The node's address.")
  private Multiaddr address;

  @Option(
      names = {"-c", "--count"},
      paramLabel = "N",
      defaultValue = "4",
      description = "How many times to ask, a second apart. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      description =
          "For connecting, and for each answer: 500ms, 30s, 2m. Default: ${DEFAULT-VALUE}.")
  private Duration timeout;

  @Option(names = "--json", description = "Print one JSON object at the end.")
  private boolean json;

  PingCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Values.checkDialable("MULTIADDR", List.of(address));
    if (count < 1 || count > MAX_COUNT) {
      throw new UsageException("'" + count + "' (--count) is not between 1 and " + MAX_COUNT);
    }
    List<Double> milliseconds = new ArrayList<>();
    try (Session session = Session.open(NodeConfig.client(Identity.generate(), List.of()))) {
      Connection connection = Blocking.await(connect(session));
      Blocking.awaitEnd(
          new Ping(
                  PingConfig.defaults().withTimeout(timeout),
                  session.node().host().peerStore(),
                  Schedulers.parallel(),
                  new SecureRandom(),
                  System::nanoTime)
              .repeatedly(connection, PAUSE)
              .take(count)
              .publishOn(Schedulers.boundedElastic(), 1)
              .doOnNext(time -> answered(connection, milliseconds, time))
              .then());
      summarise(connection, milliseconds);
    }
    return ExitCode.DONE.code();
  }

  private Mono<Connection> connect(Session session) {
    return session
        .node()
        .host()
        .connect(address)
        .timeout(
            timeout,
            Mono.error(
                () ->
                    new UnavailableException(
                        address + " did not answer within " + Figures.seconds(timeout))));
  }

  private void answered(Connection connection, List<Double> milliseconds, Duration time) {
    milliseconds.add(time.toNanos() / 1e6);
    if (!json) {
      console.result(
          String.format(
              Locale.ROOT,
              "%s: answer %d in %.3f ms",
              connection.remotePeer(),
              milliseconds.size(),
              time.toNanos() / 1e6));
    }
  }

  private void summarise(Connection connection, List<Double> milliseconds) {
    if (json) {
      console.result(
          Json.object()
              .with("peerId", connection.remotePeer().toString())
              .with("addr", address.toString())
              .withNumbers("milliseconds", milliseconds)
              .toString());
    } else {
      var figures = milliseconds.stream().mapToDouble(Double::doubleValue).summaryStatistics();
      console.note(
          String.format(
              Locale.ROOT,
              "least %.3f ms, mean %.3f ms, most %.3f ms",
              figures.getMin(),
              figures.getAverage(),
              figures.getMax()));
    }
  }
}
