package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.DataFolder;
import io.echonet.dds.transport.PeerId;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dds id}: who the node of a data folder is. */
@Command(
    name = "id",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Print the peer id of a data folder.",
    description = {"", "A folder that has no identity yet gets a new one.", ""},
    footer = {"", "Example:", "  dds id --data ~/.dds"})
final class IdCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The node's data folder; made where it is missing.")
  private Path data;

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  IdCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PeerId peer = DataFolder.open(data).identity().peerId();
    console.result(
        json ? Json.object().with("peerId", peer.toString()).toString() : peer.toString());
    return ExitCode.DONE.code();
  }
}
