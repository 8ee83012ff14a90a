package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Cid;
import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How the program ends when it is told to. Where it ends in order, which it has 4.5 s for, the exit
 * codes here are those that it gives; ended by the JVM, a node would answer 143.
 */
class SignalsIT {
  private static final int CHUNK = 262_144;
  private static final int CHUNKS = 40;

  @RegisterExtension private final Processes processes = Processes.ofTest().brief();

  @Test
  void aNodeEndsInOrderAndLeavesItsFolderToTheNext() {
    DdsNode node = processes.node("node");
    DdsProcess light = processes.dds("node", "--data", path("light"), "--light").start();
    Await.until("ready", () -> light.standardOutput().contains("\"ready\""));

    node.dds().process().signal("TERM");
    light.process().signal("INT");

    assertThat(node.dds().await().exitCode()).isZero();
    assertThat(node.dds().await().standardError()).isEmpty();
    assertThat(light.await().exitCode()).isZero();
    assertThat(processes.node("node").peerId()).isEqualTo(node.peerId());
  }

  @Test
  void aFetchThatIsCutOffKeepsWhatIsVerifiedAndTheNextGoesOnFromThere() throws IOException {
    DdsNode node = processes.node("node");
    Path file = PseudoRandom.file(processes.path("file"), 3, (long) CHUNKS * CHUNK);
    DdsProcess holder =
        processes
            .dds(publish(file.toString(), node, "--replication", "1", "--stay", "--store", "file"))
            .start();
    Await.until("published", () -> holder.standardOutput().endsWith("\n"));
    String cid = holder.standardOutput().strip();
    Path missing = lastChunk(cid, node);
    byte[] chunk = Files.readAllBytes(missing);
    Files.delete(missing);
    Path folder = Files.createDirectory(processes.path("fetched"));

    // Each gets as far as the chunk that is missing, and then waits for it.
    DdsProcess interrupted = processes.dds(get(cid, node, folder.resolve("a"))).start();
    DdsProcess terminated = processes.dds(get(cid, node, folder.resolve("b"))).start();
    DdsProcess killed = processes.dds(get(cid, node, folder.resolve("c"))).start();
    long verified = (CHUNKS - 1) * (long) CHUNK;
    Await.until(
        "all have as much as there is",
        () -> {
          List<Path> files = list(folder);
          return files.size() == 3
              && files.stream().allMatch(each -> each.toFile().length() == verified);
        });
    assertThat(list(folder)).allMatch(each -> each.toString().endsWith(".dds-partial"));
    interrupted.process().signal("INT");
    terminated.process().signal("TERM");
    killed.process().signal("KILL");

    assertThat(interrupted.await().exitCode()).isEqualTo(130);
    assertThat(terminated.await().exitCode()).isEqualTo(143);
    assertThat(killed.await().exitCode()).isEqualTo(137);
    for (DdsProcess told : List.of(interrupted, terminated)) {
      assertThat(told.await().errorLines())
          .singleElement()
          .asString()
          .contains("kept " + verified + " verified bytes in " + folder);
    }
    assertThat(list(folder)).hasSize(3);

    Files.write(missing, chunk);
    for (String name : List.of("a", "b", "c")) {
      DdsProcess.Result next = processes.run(get(cid, node, folder.resolve(name), "--json"));
      assertThat(next.exitCode()).isZero();
      assertThat(next.standardError()).contains("resuming at " + verified + " bytes\n");
      String[] said = next.errorLines();
      JsonObject figures = JsonObject.parse(said[said.length - 1]);
      assertThat(figures.number("bytesReceived")).isBetween((long) CHUNK, CHUNK + 2_000L);
      assertThat(folder.resolve(name)).hasSameBinaryContentAs(file);
    }
    assertThat(list(folder)).hasSize(3);

    holder.process().signal("TERM");
    assertThat(holder.await().exitCode()).isZero();
  }

  @Test
  void aPublishThatIsTerminatedPrintsNoNameAndLeavesNothingHalfWritten() throws IOException {
    byte[] content = PseudoRandom.bytes(4, 3 * CHUNK);
    DdsProcess publish =
        processes.dds("publish", "-", "--data", path("data"), "--replication", "1").start();
    OutputStream in = publish.process().in();
    in.write(content, 0, 2 * CHUNK + 1);
    in.flush();
    Await.until("a chunk is stored", () -> !StoredChunks.of(processes.path("data")).isEmpty());

    publish.process().signal("TERM");

    DdsProcess.Result result = publish.await();
    assertThat(result.exitCode()).isEqualTo(143);
    assertThat(result.standardOutput()).isEmpty();
    assertThat(result.standardError()).isEmpty();
    Path file = Files.write(processes.path("file"), content);
    processes
        .run("publish", file.toString(), "--data", path("data"), "--replication", "1")
        .output();
  }

  private String path(String name) {
    return processes.path(name).toString();
  }

  private String[] publish(String file, DdsNode node, String... more) {
    return Stream.concat(
            Stream.of("publish", file, "--data", path("holder"), "--bootstrap", node.address()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private static String[] get(String cid, DdsNode node, Path target, String... more) {
    return Stream.concat(
            Stream.of("get", cid, "--bootstrap", node.address(), "-o", target.toString()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  /** Where the last chunk lies at the holder. */
  private Path lastChunk(String cid, DdsNode node) {
    String manifest =
        processes.run("manifest", cid, "--bootstrap", node.address(), "--json").output();
    List<String> chunks = JsonObject.parse(manifest).texts("chunks");
    String name = HexFormat.of().formatHex(Cid.parse(chunks.get(CHUNKS - 1)).digest());
    Path folder = processes.path("holder").resolve("chunks/chunks").resolve(name.substring(0, 2));
    return folder.resolve(name);
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
