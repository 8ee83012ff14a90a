package io.echonet.dds.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dds gc}: takes what nothing keeps. */
@Command(
    name = "gc",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Remove the chunks that no content needs which is kept.",
    description = {
      "",
      "Published and pinned contents are kept, and what peers asked this node to keep. The node "
          + "may be running and used meanwhile.",
      ""
    },
    footer = {"", "Example:", "  dds gc --data ~/.dds --dry-run"})
final class GcCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private KeepingOptions options;

  @Option(names = "--dry-run", description = "Say what would be removed, and remove nothing.")
  private boolean dryRun;

  @Option(
      names = "--replicas",
      description = "Also remove the copies that peers asked this node to keep.")
  private boolean replicas;

  GcCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    KeepingRequest request = KeepingRequest.of(KeepingRequest.Action.GC, options);
    if (dryRun) {
      request = request.with(KeepingRequest.Flag.DRY_RUN);
    }
    if (replicas) {
      request = request.with(KeepingRequest.Flag.REPLICAS);
    }
    return new KeepingRun(console, options.data()).of(request);
  }
}
