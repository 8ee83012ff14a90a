package io.echonet.dds.node.cli;

import io.echonet.dds.content.Cid;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dds pin}: which contents a node keeps. */
@Command(
    name = "pin",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Say which contents a node keeps.",
    description = {
      "",
      "A node keeps what was published on it and what is pinned, and what peers asked it to keep. "
          + "Everything else may be taken by 'dds gc'.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {"", "Examples:", "  dds pin add 9xKmP… --data ~/.dds", "  dds pin ls --data ~/.dds"})
final class PinCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private final Console console;

  PinCommand(Console console) {
    this.console = console;
  }

  /** Without a command of its own it says how it is used. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE.code();
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      versionProvider = DdsCommand.Version.class,
      header = "Keep a content; what of it is not here is fetched.",
      description = {
        "",
        "Only a running node can fetch: without one, all of the content must be here.",
        ""
      },
      footer = {"", "Example:", "  dds pin add 9xKmP… --data ~/.dds"})
  int add(
      @Parameters(paramLabel = "CID", description = "The content's name.") Cid cid,
      @Mixin KeepingOptions options)
      throws Exception {
    return run(options, KeepingRequest.of(KeepingRequest.Action.PIN_ADD, options).with(cid));
  }

  @Command(
      name = "rm",
      mixinStandardHelpOptions = true,
      versionProvider = DdsCommand.Version.class,
      header = "Keep a content no longer, whether it was pinned or published.",
      description = {"", "Its chunks stay until 'dds gc' takes them.", ""},
      footer = {"", "Example:", "  dds pin rm 9xKmP… --data ~/.dds"})
  int rm(
      @Parameters(paramLabel = "CID", description = "The content's name.") Cid cid,
      @Mixin KeepingOptions options)
      throws Exception {
    return run(options, KeepingRequest.of(KeepingRequest.Action.PIN_RM, options).with(cid));
  }

  @Command(
      name = "ls",
      mixinStandardHelpOptions = true,
      versionProvider = DdsCommand.Version.class,
      header = "List the contents that are kept, and why.",
      footer = {"", "Example:", "  dds pin ls --data ~/.dds"})
  int ls(@Mixin KeepingOptions options) throws Exception {
    return run(options, KeepingRequest.of(KeepingRequest.Action.PIN_LS, options));
  }

  private int run(KeepingOptions options, KeepingRequest request) throws Exception {
    return new KeepingRun(console, options.data()).of(request);
  }
}
