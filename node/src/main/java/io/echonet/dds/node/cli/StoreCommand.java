package io.echonet.dds.node.cli;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.node.config.DataFolder;
import io.echonet.dds.node.config.MachineException;
import io.echonet.dds.storage.migration.Migrated;
import io.echonet.dds.storage.migration.StoreKind;
import io.echonet.dds.storage.migration.StoreMigration;
import io.echonet.dds.storage.migration.Watcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dds store}: how a node keeps its chunks on disk. */
@Command(
    name = "store",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Change how a node keeps its chunks on disk.",
    description = {
      "",
      "Chunks are kept many in a file ('segment'), which is fast, or one in each ('file'), which "
          + "other programs can read.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {"", "Example:", "  dds store migrate --to segment --data ~/.dds"})
final class StoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private final Console console;

  StoreCommand(Console console) {
    this.console = console;
  }

  /** Without a command of its own it says how it is used. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE.code();
  }

  @Command(
      name = "migrate",
      mixinStandardHelpOptions = true,
      versionProvider = DdsCommand.Version.class,
      header = "Move all chunks to another kind of store.",
      description = {
        "",
        "The node must not be running. All is copied and read again before the old store is "
            + "removed, so as much room as it takes must be free. If this is interrupted, the "
            + "same command goes on where it was, and --to with the old kind gives it up. Ends "
            + "with 4 where chunks had rotted, which are not moved.",
        ""
      },
      footer = {"", "Example:", "  dds store migrate --to segment --data ~/.dds"})
  int migrate(
      @Option(
              names = "--to",
              paramLabel = "KIND",
              required = true,
              description = "'segment' or 'file'.")
          StoreKind to,
      @Option(
              names = "--data",
              paramLabel = "DIR",
              required = true,
              description = "The node's data folder.")
          Path data,
      @Option(names = "--json", description = "Print a JSON object.") boolean json)
      throws Exception {
    if (!Files.isDirectory(data)) {
      throw new MachineException("there is no data folder " + data);
    }
    Path chunks = DataFolder.open(data).chunks();
    Stopwatch watch = new Stopwatch();
    Migrated migrated;
    try (Shown shown = new Shown()) {
      migrated = Blocking.await(StoreMigration.run(chunks, to, shown));
    }
    console.result(json ? toJson(migrated).toString() : toText(chunks, migrated, watch));
    migrated
        .left()
        .ifPresent(
            folder ->
                console.note(
                    "dds: what the old store could not read, had set aside as rotten or did not "
                        + "know is kept in "
                        + folder));
    if (migrated.rotten() > 0) {
      throw new IntegrityException(
          Figures.count(migrated.rotten(), "chunk")
              + " had rotted and were not moved; 'dds verify --repair' fetches from other nodes what "
              + "kept contents lack, while this one runs");
    }
    return ExitCode.DONE.code();
  }

  private static Json toJson(Migrated migrated) {
    return Json.object()
        .with("from", migrated.from().toString())
        .with("to", migrated.to().toString())
        .with("moved", migrated.outcome() == Migrated.Outcome.MOVED)
        .with("chunks", migrated.chunks())
        .with("bytes", migrated.bytes())
        .with("rotten", migrated.rotten())
        .withTexts("left", migrated.left().stream().toList());
  }

  private static String toText(Path chunks, Migrated migrated, Stopwatch watch) {
    return switch (migrated.outcome()) {
      case UNCHANGED -> chunks + " is a " + migrated.to() + " store already";
      case GIVEN_UP ->
          chunks + " is a " + migrated.to() + " store, and the move to another is given up";
      case MOVED ->
          "moved "
              + Figures.count(migrated.chunks(), "chunk")
              + ", "
              + Figures.exactBytes(migrated.bytes())
              + ", to a "
              + migrated.to()
              + " store in "
              + Figures.seconds(watch.elapsed());
    };
  }

  /** What is shown meanwhile. */
  private final class Shown implements Watcher, AutoCloseable {
    private @Nullable Progress progress;

    @Override
    public void reached(long bytes, long allBytes) {
      if (progress == null) {
        progress = Progress.of(console, "migrate", allBytes);
      }
      progress.reached(bytes, "");
    }

    @Override
    public void foundRotten(Cid cid, String reason) {
      console.note("rotten: " + reason);
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
