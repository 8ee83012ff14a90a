package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Stores of a real file that are moved to another kind, and killed in the midst of it. */
class MoveIT {
  private static final int KILLS = 2;

  @RegisterExtension private final Processes processes = Processes.ofTest().brief();

  @Test
  void aMoveThatIsKilledGoesOnWhereItWasAndLosesNothing() throws IOException {
    RealFile file = RealFile.write(processes.path("file"));
    Path data = processes.path("node");
    String cid = publish(file, data);
    // As if nobody had had the time to read everything yet.
    Path position = Files.writeString(data.resolve("scrub.position"), cid + "\n");
    killMovesToFiles(data);
    DdsProcess.Result refused =
        processes.run("node", "--data", data.toString(), "--listen", "/ip4/127.0.0.1/tcp/0");

    assertThat(processes.run(move(data, "file")).output())
        .startsWith("moved ")
        .contains("to a file store");

    assertThat(refused.exitCode()).isEqualTo(6);
    assertThat(refused.errorLines())
        .singleElement()
        .asString()
        .contains("is being moved", "'dds store migrate --to file' goes on");
    assertThat(data.resolve("chunks.migration")).doesNotExist();
    assertThat(position).hasContent(cid);
    DdsNode node = processes.node("node");
    Path copy = processes.path("copy");
    processes.run("get", cid, "--bootstrap", node.address(), "-o", copy.toString()).output();
    assertThat(RealFile.sha256Of(copy)).isEqualTo(file.sha256());
  }

  /** Until each of so many has copied more than the one before. */
  private void killMovesToFiles(Path data) {
    long copied = 0;
    for (int kills = 0; kills < KILLS; ) {
      long before = copied;
      DdsProcess move = processes.dds(move(data, "file")).start();
      Await.until("more is copied", () -> copiedIn(data) > before || !move.process().isAlive());
      move.process().kill();
      copied = copiedIn(data);
      if (copied > 0) {
        kills++;
      } else {
        // It was quicker.
        processes.run(move(data, "segment")).output();
      }
    }
  }

  private String publish(RealFile file, Path data) {
    return processes
        .run("publish", file.path().toString(), "--data", data.toString(), "--replication", "1")
        .output();
  }

  private static String[] move(Path data, String kind) {
    return new String[] {"store", "migrate", "--to", kind, "--data", data.toString()};
  }

  /** How many chunks the new store has. */
  private static long copiedIn(Path data) {
    Path chunks = data.resolve("chunks.migration/store/chunks");
    try (Stream<Path> files = Files.walk(chunks)) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException | UncheckedIOException e) {
      // Not there yet, or no longer.
      return 0;
    }
  }
}
