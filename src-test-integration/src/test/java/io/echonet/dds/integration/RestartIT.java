package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the files that a node keeps beside its chunks do to its start. */
class RestartIT {
  @RegisterExtension private final Processes processes = Processes.ofTest().brief();

  @Test
  void aNodeWhoseFilesAreDamagedStartsAndSaysSoInALine() throws IOException {
    Path data = Files.createDirectory(processes.path("node"));
    Files.writeString(data.resolve("peers.log"), "x".repeat(500));
    Files.writeString(data.resolve("providers.log"), "y".repeat(500));

    DdsNode node = processes.node("node");
    node.dds().process().signal("TERM");

    DdsProcess.Result result = node.dds().await();
    assertThat(result.exitCode()).isZero();
    assertThat(result.errorLines())
        .hasSize(2)
        .anyMatch(line -> line.contains("peers.log"))
        .anyMatch(line -> line.contains("providers.log"));
  }

  @Test
  void aFolderInUseIsRefusedBeforeItsFilesAreTouched() {
    DdsNode node = processes.node("node");
    DdsProcess.Result second =
        processes.run("node", "--data", node.data().toString(), "--listen", "/ip4/127.0.0.1/tcp/0");

    assertThat(second.exitCode()).isNotZero();
    assertThat(second.errorLines()).singleElement().asString().contains("chunks");
  }
}
