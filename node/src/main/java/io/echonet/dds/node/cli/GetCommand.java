package io.echonet.dds.node.cli;

import io.echonet.dds.Content;
import io.echonet.dds.content.Cid;
import io.echonet.dds.node.config.NodeConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dds get}: streams a content, verified and in order, from all nodes that hold it. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Stream a content, verified, from the nodes that hold it.",
    description = {
      "",
      "Bytes are written as they are verified; a slow reader slows the peers, and memory stays the "
          + "same. A file appears under its name only when it is complete and verified.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dds get 9xKmP… --bootstrap /ip4/127.0.0.1/tcp/4001 -o film.mp4",
      "  dds get 9xKmP… --bootstrap /ip4/127.0.0.1/tcp/4001 | mpv -"
    })
final class GetCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "CID", description = "The content's name, as printed by 'dds publish'.")
  private Cid cid;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = Output.STANDARD_OUTPUT,
      description = "Where to write; '-', the default, is standard output.")
  private String target;

  @Mixin private ClientOptions client;

  @Option(names = "--quiet", description = "No progress, no summary.")
  private boolean quiet;

  @Option(names = "--json", description = "Print the summary on standard error as JSON.")
  private boolean json;

  GetCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    NodeConfig config = client.config();
    try (Output output = Output.open(target, console)) {
      Stopwatch watch = new Stopwatch();
      try (Session session = Session.connect(config)) {
        fetch(session, output, watch);
      }
    }
    return ExitCode.DONE.code();
  }

  private void fetch(Session session, Output output, Stopwatch watch) throws Exception {
    // Closed before the session, so that a signal leaves no file behind however long that takes.
    try (output) {
      Content content = Blocking.await(session.dds().retrieve(cid));
      try (Progress progress = progress(content)) {
        Blocking.awaitEnd(
            Delivery.of(
                content.bytes().doOnNext(buffer -> watch.firstByte()),
                buffer -> {
                  output.write(buffer);
                  progress.reached(
                      content.statistics().bytesDelivered(),
                      Figures.count(content.statistics().peersInUse(), "peer"));
                }));
      }
      output.commit();
      summarise(content, watch);
    }
  }

  private Progress progress(Content content) {
    boolean drownsInContent = target.equals(Output.STANDARD_OUTPUT) && console.outIsTerminal();
    return quiet || drownsInContent
        ? new Progress.Silent()
        : Progress.of(console, cid.toString().substring(0, 8), content.size());
  }

  private void summarise(Content content, Stopwatch watch) {
    RetrievalSummary summary = RetrievalSummary.of(content, watch);
    if (json) {
      console.note(summary.toJson().toString());
    } else if (!quiet) {
      console.note(summary.toString());
    }
  }
}
