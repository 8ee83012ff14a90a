package io.echonet.dds.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code dds} by itself: what all commands have in common, and where to find them. */
@Command(
    name = "dds",
    synopsisHeading = "%nUsage: ",
    header = "Publishes, stores and streams content on a network of DDS nodes.",
    description = {
      "",
      "Content is cut into chunks named by their hashes, kept on several nodes, found through a "
          + "Kademlia DHT and streamed back, verified, from many peers at once.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:anything that no other code is for",
      "2:usage: a bad option, CID or address, a missing input file",
      "3:nobody has it",
      "4:integrity: all that was offered was wrong, or the manifest breaks a rule",
      "5:unavailable: no bootstrap peer reachable, nothing delivered in time, too few copies",
      "6:this machine: port in use, folder locked or not writable, disk full",
      "130:ended by SIGINT; 141: the reader of the output went away; 143: ended by SIGTERM"
    },
    footer = {
      "",
      "See it work on four local nodes:       dds demo",
      "How a command is used, with examples:  dds help COMMAND"
    })
final class DdsCommand implements Callable<Integer> {
  /** Allowed anywhere on the command line. */
  static final String VERBOSE = "--verbose";

  @Spec private CommandSpec spec;

  @Option(
      names = VERBOSE,
      scope = ScopeType.INHERIT,
      description = "Log what happens, and say where a failure comes from.")
  private boolean verbose;

  boolean isVerbose() {
    return verbose;
  }

  /** Without a command there is nothing to do but to say how the program is used. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE.code();
  }

  /** The version the jar's manifest carries. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = DdsCommand.class.getPackage().getImplementationVersion();
      return new String[] {"dds " + (version == null ? "(not packaged)" : version)};
    }
  }
}
