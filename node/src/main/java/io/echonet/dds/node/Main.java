package io.echonet.dds.node;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point: hands the command line to picocli and turns its answer into the exit code. */
@Command(
    name = "dds",
    description = "Publishes, stores and streams content on a network of DDS nodes.",
    mixinStandardHelpOptions = true,
    version = "dds 0.1.0-SNAPSHOT")
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
