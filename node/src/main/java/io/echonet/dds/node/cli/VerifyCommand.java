package io.echonet.dds.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dds verify}: whether what a node holds is still what it was. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Read and hash all chunks, and look whether kept contents are whole.",
    description = {
      "",
      "What has rotted is moved out of the way. Ends with 4 where something has and was not "
          + "repaired. Only a running node can repair; it also does all this by itself, slowly.",
      ""
    },
    footer = {"", "Example:", "  dds verify --data ~/.dds --repair"})
final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private KeepingOptions options;

  @Option(names = "--repair", description = "Fetch what has rotted or lacks from other nodes.")
  private boolean repair;

  VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    KeepingRequest request = KeepingRequest.of(KeepingRequest.Action.VERIFY, options);
    return new KeepingRun(console, options.data())
        .of(repair ? request.with(KeepingRequest.Flag.REPAIR) : request);
  }
}
