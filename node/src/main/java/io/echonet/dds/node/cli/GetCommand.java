package io.echonet.dds.node.cli;

import io.echonet.dds.Content;
import io.echonet.dds.content.ByteRange;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.node.config.NodeConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;

/** {@code dds get}: streams a content, verified and in order, from all nodes that hold it. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Stream a content, verified, from the nodes that hold it.",
    description = {
      "",
      "Bytes are written as they are verified; a slow reader slows the peers, and memory stays the "
          + "same. A file appears under its name only when it is complete and verified. Where it "
          + "does not become complete, what is verified is kept in FILE.dds-partial, and the same "
          + "command goes on from there; a range begins anew.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dds get 9xKmP… --bootstrap /ip4/127.0.0.1/tcp/4001 -o film.mp4",
      "  dds get 9xKmP… --bootstrap /ip4/127.0.0.1/tcp/4001 | mpv -",
      "  dds get 9xKmP… --bootstrap /ip4/127.0.0.1/tcp/4001 --range 0-65535 | file -"
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

  @Option(
      names = "--range",
      paramLabel = "RANGE",
      description = {
        "Only these bytes: FROM-TO, counted from 0 and both included, FROM- to the end, or -LAST "
            + "for so many at the end."
      })
  private @Nullable RangeOption range;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Keep what is fetched in this folder, and look there first.")
  private @Nullable Path cache;

  @Option(
      names = "--cache-size",
      paramLabel = "SIZE",
      defaultValue = "1GiB",
      description =
          "What the cache may hold; the least used goes first. Default: ${DEFAULT-VALUE}.")
  private SizeOption cacheSize;

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
    if (cache != null) {
      config = config.withCache(new NodeConfig.Cache(cache, cacheSize.bytes()));
    }
    try (Output output = Output.open(target, range == null, console)) {
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
      try {
        long resumedAt = write(content, output, watch);
        summarise(content, resumedAt, watch);
      } catch (IntegrityException e) {
        output.spoil();
        throw e;
      }
    }
  }

  /** Answers how many bytes of it were there already. */
  private long write(Content content, Output output, Stopwatch watch) throws Exception {
    ByteRange part = range == null ? null : range.of(content.size());
    long resumedAt = output.resume(content.manifest());
    if (resumedAt > 0) {
      console.note("resuming at " + resumedAt + " bytes");
    }
    long length = part == null ? content.size() - resumedAt : part.length();
    try (Progress progress = progress(length)) {
      Flux<ByteBuffer> bytes =
          part == null ? rest(content, resumedAt) : content.bytes(part.from(), part.toInclusive());
      Blocking.awaitEnd(
          Delivery.of(
              bytes.doOnNext(buffer -> watch.firstByte()),
              buffer -> {
                output.write(buffer);
                progress.reached(
                    content.statistics().bytesDelivered(),
                    Figures.count(content.statistics().peersInUse(), "peer"));
              }));
    }
    output.commit();
    return resumedAt;
  }

  private static Flux<ByteBuffer> rest(Content content, long from) {
    if (from == 0) {
      return content.bytes();
    }
    return from == content.size() ? Flux.empty() : content.bytes(from, content.size() - 1);
  }

  private Progress progress(long totalBytes) {
    boolean drownsInContent = target.equals(Output.STANDARD_OUTPUT) && console.outIsTerminal();
    return quiet || drownsInContent
        ? new Progress.Silent()
        : Progress.of(console, cid.toString().substring(0, 8), totalBytes);
  }

  private void summarise(Content content, long resumedAt, Stopwatch watch) {
    RetrievalSummary summary = RetrievalSummary.of(content, resumedAt, watch);
    if (json) {
      console.note(summary.toJson().toString());
    } else if (!quiet) {
      console.note(summary.toString());
    }
  }
}
