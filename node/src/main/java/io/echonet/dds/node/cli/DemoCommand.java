package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.MachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dds demo}: the main job, for somebody who sees it for the first time. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "See it work: four local nodes, one of which is killed.",
    description = {
      "",
      "Starts four nodes as processes on 127.0.0.1, publishes a file of the JDK, streams it back from "
          + "all that hold it, kills one of them halfway, and compares the hashes. Leaves nothing "
          + "behind.",
      ""
    },
    footer = {"", "Example:", "  dds demo"})
final class DemoCommand implements Callable<Integer> {
  /** What the copies take, with room to spare. */
  private static final int COPIES_ON_DISK = DemoStory.COPIES + 1;

  private final Console console;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Publish this file instead of one of the JDK's.")
  private @Nullable String file;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (file != null) {
      InputFile.of(file, console);
    }
    try (TemporaryFolder folder = TemporaryFolder.create("dds-demo-")) {
      DemoContent content =
          file == null ? DemoContent.find(folder.path()) : DemoContent.of(Path.of(file));
      checkSpace(folder.path(), content);
      new DemoStory(console, folder.path(), content).tell();
    }
    return ExitCode.DONE.code();
  }

  private static void checkSpace(Path folder, DemoContent content) throws IOException {
    long needed = COPIES_ON_DISK * content.size();
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < needed) {
      throw new MachineException(
          "the demo needs "
              + Figures.bytes(needed)
              + " in "
              + folder.getParent()
              + ", and "
              + Figures.bytes(free)
              + " are free (-Djava.io.tmpdir=DIR names another folder)");
    }
  }
}
