package io.echonet.dds.node;

import io.echonet.dds.node.cli.Program;

/** The entry point: runs one command line and ends the process with what became of it. */
public final class Main {
  private Main() {}

  /** Runs the command that {@code arguments} spell. */
  public static void main(String[] arguments) {
    System.exit(Program.run(arguments));
  }
}
