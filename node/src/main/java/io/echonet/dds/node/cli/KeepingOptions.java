package io.echonet.dds.node.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What a command needs that looks after what a node keeps, whether the node runs or not. */
final class KeepingOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The node's data folder; the node may be running on it.")
  private Path data;

  @Option(names = "--json", description = "Print JSON objects.")
  private boolean json;

  Path data() {
    return data;
  }

  boolean json() {
    return json;
  }
}
