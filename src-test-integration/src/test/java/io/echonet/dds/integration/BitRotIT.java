package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bits that flip on the disk of one of three nodes. */
class BitRotIT {
  private static final int CHUNKS = 60;
  private static final int ROTTEN = 50;

  @RegisterExtension private final Processes processes = Processes.ofTest();

  @Test
  void fiftyRottenChunksAreFoundAndRepairedWhileTheNodeRuns() {
    DdsNode first = processes.node("first");
    DdsNode second = processes.node("second", "--bootstrap", first.address());
    Path content = PseudoRandom.file(processes.path("content"), 3, CHUNKS * 262_144);
    String cid =
        processes
            .run(
                "publish",
                content.toString(),
                "--data",
                processes.path("third").toString(),
                "--bootstrap",
                first.address(),
                "--replication",
                "3")
            .output();
    // With its chunks there from the start it reads them by itself, and after that not for a day.
    DdsNode third = processes.node("third", "--bootstrap", first.address());
    Path position = third.data().resolve("scrub.position");
    Await.until("all has been read once", () -> text(position).contains(":"));
    StoredChunks.damage(third.data(), ROTTEN, new Random(4));

    DdsProcess.Result found =
        processes.run("verify", "--data", third.data().toString(), "--repair", "--json");

    JsonObject figures = JsonObject.parse(found.output());
    assertThat(figures.number("chunks")).isEqualTo(CHUNKS + 1);
    assertThat(figures.number("found")).isEqualTo(ROTTEN);
    assertThat(figures.number("repaired")).isEqualTo(ROTTEN);
    assertThat(figures.number("lost")).isZero();
    first.kill();
    second.kill();
    Path copy = processes.path("copy");
    processes.run("get", cid, "--bootstrap", third.address(), "-o", copy.toString()).output();
    assertThat(copy).hasSameBinaryContentAs(content);
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      // It is being replaced.
      return "";
    }
  }
}
