package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.BootstrapException;
import io.echonet.dds.node.config.DataFolder;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.transport.Multiaddr;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dds node}: a node that runs until it is told to end. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Run a node until SIGTERM or Ctrl-C.",
    description = {
      "",
      "It keeps and serves chunks, answers for the DHT, and prints one line of JSON when it "
          + "is ready. A first node needs no --bootstrap; where bootstrap "
          + "peers can't be reached it starts all the same and goes on trying.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dds node --data a --listen /ip4/127.0.0.1/tcp/4001",
      "  dds node --data b --listen /ip4/127.0.0.1/tcp/0 \\",
      "           --bootstrap /ip4/127.0.0.1/tcp/4001"
    })
final class NodeCommand implements Callable<Integer> {
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(5);

  private final Console console;

  @Mixin private NodeOptions options;

  @Option(
      names = "--light",
      description = "Keep nothing for others and serve no DHT; --listen may be left out.")
  private boolean light;

  @Option(
      names = "--end-with-stdin",
      hidden = true,
      description = "End when standard input does, so that no node outlives who started it.")
  private boolean endWithStdin;

  NodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    options.check();
    if (options.listen().isEmpty() && !light) {
      throw new UsageException("missing --listen MULTIADDR (only a node with --light needs none)");
    }
    DataFolder folder = DataFolder.open(options.data());
    NodeConfig config = options.config(folder).withService(!light, !light);
    try (Session session = Session.open(config)) {
      join(session.node());
      console.result(readyLine(session.node()));
      Stay.untilTold(endWithStdin ? console.in() : null);
    }
    return ExitCode.DONE.code();
  }

  /** A node whose friends are down must still start: they may come back. */
  private void join(RunningNode node) throws Exception {
    if (options.bootstrap().isEmpty()) {
      return;
    }
    try {
      warn(Blocking.await(node.joinAll(JOIN_LIMIT)));
    } catch (BootstrapException e) {
      warn(e.failures());
    }
  }

  private void warn(Map<Multiaddr, String> failures) {
    failures.forEach(
        (address, reason) ->
            console.note(
                "dds: warning: bootstrap peer "
                    + address
                    + " can't be reached ("
                    + reason
                    + "); trying again in the background"));
  }

  private static String readyLine(RunningNode node) {
    return Json.object()
        .with("event", "ready")
        .with("peerId", node.host().id().toString())
        .withTexts("addrs", node.addresses())
        .withTexts("announced", node.announced())
        .toString();
  }
}
