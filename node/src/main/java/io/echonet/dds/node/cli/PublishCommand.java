package io.echonet.dds.node.cli;

import io.echonet.dds.PublishOptions;
import io.echonet.dds.Published;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.content.TooFewCopiesException;
import io.echonet.dds.node.config.BootstrapException;
import io.echonet.dds.node.config.DataFolder;
import io.echonet.dds.node.config.NodeConfig;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;

/** {@code dds publish}: stores a content here and on other nodes, and prints its name. */
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Store a content here and on other nodes; print its CID.",
    description = {
      "",
      "Returns once N-1 other nodes have confirmed that every chunk is durable. Equal content gets "
          + "an equal name, unless something is recorded with it.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dds publish film.mp4 --data d --bootstrap /ip4/127.0.0.1/tcp/4001",
      "  tar c photos | dds publish - --data d --replication 1 --stay"
    })
final class PublishCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "FILE", description = "What to publish; '-' is standard input.")
  private String file;

  @Mixin private NodeOptions options;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Record this filename, a base name, with the content.")
  private @Nullable String name;

  @Option(
      names = "--mime",
      paramLabel = "TYPE",
      description = "Record this media type with the content.")
  private @Nullable String mimeType;

  @Option(
      names = "--stay",
      description = "Go on serving after publishing, until SIGTERM or Ctrl-C.")
  private boolean stay;

  @Option(names = "--quiet", description = "No progress, no summary.")
  private boolean quiet;

  @Option(names = "--json", description = "Print a JSON object instead of the name alone.")
  private boolean json;

  PublishCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    options.check();
    checkCombination();
    PublishOptions publishing = publishing();
    InputFile input = InputFile.of(file, console);
    NodeConfig config = config(DataFolder.open(options.data()));
    try (Session session = Session.open(config)) {
      join(session);
      publish(session, input, publishing);
      if (stay) {
        Stay.untilTold(null);
      }
    }
    return ExitCode.DONE.code();
  }

  private void checkCombination() {
    if (!stay && !options.listen().isEmpty()) {
      throw new UsageException("--listen needs --stay: without it nobody is served");
    }
    if (needsOthers() && options.bootstrap().isEmpty()) {
      throw new UsageException(
          "missing --bootstrap MULTIADDR: --replication "
              + options.replication()
              + " needs other nodes, --replication 1 stores on this machine only");
    }
  }

  private boolean needsOthers() {
    return options.replication() > 1;
  }

  private PublishOptions publishing() {
    try {
      ContentDetails details = ContentDetails.none();
      PublishOptions publishing = PublishOptions.defaults().withReplication(options.replication());
      if (name != null) {
        details = details.withFilename(name);
        publishing = publishing.withFilename(name);
      }
      if (mimeType != null) {
        details = details.withMimeType(mimeType);
        publishing = publishing.withMimeType(mimeType);
      }
      return publishing;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  /** One that ends at once serves nobody, so it neither listens nor takes part in the DHT. */
  private NodeConfig config(DataFolder folder) {
    NodeConfig config = options.config(folder);
    if (!stay) {
      return config.withService(false, false);
    }
    NodeConfig serving = config.withService(true, false);
    return options.listen().isEmpty() ? serving.withListenNearBootstrap() : serving;
  }

  private void join(Session session) throws Exception {
    boolean wanted = needsOthers() || stay;
    if (!wanted || options.bootstrap().isEmpty()) {
      return;
    }
    try {
      session.join();
    } catch (BootstrapException e) {
      if (needsOthers()) {
        throw e;
      }
      console.note("dds: warning: " + e.getMessage() + "; trying again in the background");
    }
  }

  private void publish(Session session, InputFile input, PublishOptions publishing)
      throws Exception {
    Stopwatch watch = new Stopwatch();
    try {
      announce(transfer(session, input, publishing), watch);
    } catch (TooFewCopiesException e) {
      Cid cid = e.cid();
      if (!stay || cid == null) {
        throw e;
      }
      // The content is published on this node, which stays.
      console.result(json ? Json.object().with("cid", cid.toString()).toString() : cid.toString());
      console.note("dds: warning: " + ErrorReport.of(e).line());
    }
  }

  private Published transfer(Session session, InputFile input, PublishOptions publishing)
      throws Exception {
    try (DaemonThread reader = new DaemonThread("dds-input");
        Progress progress = progress(input)) {
      long[] read = new long[1];
      Flux<ByteBuffer> bytes =
          input
              .bytes(reader.scheduler())
              .doOnNext(
                  buffer -> {
                    read[0] += buffer.remaining();
                    progress.reached(read[0], "");
                  });
      return Blocking.await(session.dds().publish(bytes, publishing));
    }
  }

  private Progress progress(InputFile input) {
    return quiet || input.size().isEmpty()
        ? new Progress.Silent()
        : Progress.of(console, "publish", input.size().getAsLong());
  }

  private void announce(Published published, Stopwatch watch) {
    console.result(json ? toJson(published).toString() : published.cid().toString());
    if (!quiet && !json) {
      console.note(toText(published, watch));
    }
  }

  private static Json toJson(Published published) {
    return Json.object()
        .with("cid", published.cid().toString())
        .with("size", published.manifest().size())
        .with("chunks", published.manifest().chunkCids().size())
        .with("copies", published.copies())
        .withTexts("peers", published.peers());
  }

  private static String toText(Published published, Stopwatch watch) {
    long size = published.manifest().size();
    int others = published.peers().size();
    return Figures.exactBytes(size)
        + " in "
        + Figures.count(published.manifest().chunkCids().size(), "chunk")
        + ", stored here"
        + (others == 0 ? "" : " and on " + Figures.count(others, "other node"))
        + " in "
        + Figures.seconds(watch.elapsed())
        + ", "
        + Figures.rate(size, watch.elapsed());
  }
}
