package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bits that flip on the disk of one of three nodes. */
class BitRotIT {
  private static final int CHUNKS = 60;
  private static final int ROTTEN = 50;

  @RegisterExtension private final Processes processes = Processes.ofTest();

  @Test
  void fiftyRottenChunksAreFoundAndRepairedWhileTheNodeRuns() throws IOException {
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
    // As if it had read everything by itself just now, which it does once a day.
    Files.writeString(processes.path("third").resolve("scrub.position"), Instant.now() + "\n");
    DdsNode third = processes.node("third", "--bootstrap", first.address());
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
}
