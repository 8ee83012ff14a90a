package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look after a data folder, with a node that runs on it and without. */
class KeepingCommandsTest {
  @TempDir private Path folder;
  private @Nullable Session node;
  private @Nullable Session other;

  @AfterEach
  void end() {
    for (Session session : new Session[] {node, other}) {
      if (session != null) {
        session.close();
      }
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Session start(Path data, List<Multiaddr> bootstrap) throws Exception {
    NodeConfig config =
        NodeConfig.client(Identity.generate(), bootstrap)
            .withChunks(data.resolve("chunks"))
            .withService(true, true)
            .withListen(List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")), List.of());
    return bootstrap.isEmpty() ? Session.open(config) : Session.connect(config);
  }

  private String publish(long seed, int size, String... more) throws IOException {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    Path file = Files.write(folder.resolve("content-" + seed), bytes);
    List<String> arguments =
        new ArrayList<>(List.of("publish", file.toString(), "--replication", "1", "--quiet"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new)).out().strip();
  }

  private ProgramRun run(String... arguments) {
    return runOn(data(), arguments);
  }

  private static ProgramRun runOn(Path data, String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--data";
    all[arguments.length + 1] = data.toString();
    return ProgramRun.of(all);
  }

  @Test
  void sayTheSameWithANodeAndWithout() throws Exception {
    String cid = publish(1, 1_000_000);
    List<ProgramRun> without = lookAndPin(cid);
    assertThat(without).extracting(ProgramRun::code).containsExactly(0, 0, 0, 0, 0, 0, 3, 0);
    assertThat(without.get(0).out()).isEqualTo(cid + " published\n");
    assertThat(without.get(1).out())
        .isEqualTo("{\"cid\":\"" + cid + "\",\"kinds\":[\"published\"]}\n");
    assertThat(without.get(2).out())
        .isEqualTo("pinned " + cid + ", 1.0 MB (1,000,000 bytes) in 4 chunks\n");
    assertThat(without.get(3).out()).isEqualTo(cid + " published, pinned\n");
    assertThat(without.get(4).out()).startsWith("would take 0 chunks, 0 B; 5 chunks, 1.0 MB");
    assertThat(without.get(5).out()).isEqualTo("released " + cid + "\n");
    assertThat(without.get(6).err())
        .isEqualTo("dds: " + cid + " is neither pinned nor published here\n");
    assertThat(without.get(7).out()).startsWith("{\"dryRun\":true,\"chunks\":5,\"bytes\":1000");

    assertThat(publish(1, 1_000_000)).isEqualTo(cid);
    node = start(data(), List.of());
    assertThat(lookAndPin(cid)).isEqualTo(without);
  }

  private List<ProgramRun> lookAndPin(String cid) {
    return List.of(
        run("pin", "ls"),
        run("pin", "ls", "--json"),
        run("pin", "add", cid),
        run("pin", "ls"),
        run("gc", "--dry-run"),
        run("pin", "rm", cid),
        run("pin", "rm", cid),
        run("gc", "--dry-run", "--json"));
  }

  @Test
  void collectWhatIsReleasedAndLeaveWhatIsKept() throws Exception {
    String kept = publish(1, 600_000);
    String released = publish(2, 600_000);
    run("pin", "rm", released);
    node = start(data(), List.of());

    assertThat(run("gc").out())
        .startsWith("took 4 chunks, 600.2 kB")
        .contains("; 4 chunks, 600.2 kB")
        .endsWith(" stay\n");

    assertThat(run("pin", "add", kept).code()).isZero();
    assertThat(run("gc").out()).startsWith("took 0 chunks, 0 B");
  }

  @Test
  void fetchWhatIsPinnedWhereANodeRunsAndSayWhatLacksWhereNone() throws Exception {
    String cid = publish(1, 600_000);
    node = start(data(), List.of());
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    ProgramRun lacking = runOn(elsewhere, "pin", "add", cid);
    assertThat(lacking.code()).isEqualTo(3);
    assertThat(lacking.err()).isEqualTo("dds: " + cid + " is not on this node\n");
    other = start(elsewhere, node.node().addresses());

    assertThat(runOn(elsewhere, "pin", "add", cid).out()).startsWith("pinned " + cid);

    assertThat(runOn(elsewhere, "pin", "ls").out()).isEqualTo(cid + " pinned\n");
    assertThat(runOn(elsewhere, "gc").out()).startsWith("took 0 chunks, 0 B; 4 chunks");
  }

  @Test
  void aQuotaRefusesWhatIsTooMuchUntilSomethingIsReleased() throws Exception {
    String first = publish(1, 600_000, "--quota", "1MB");
    assertThat(publish(2, 600_000, "--quota", "1MB")).isEmpty();
    assertThat(run("pin", "ls").out()).isEqualTo(first + " published\n");

    run("pin", "rm", first);
    String second = publish(2, 600_000, "--quota", "1MB");

    assertThat(run("pin", "ls").out()).isEqualTo(second + " published\n");
  }

  @Test
  void aFolderStaysTheKindOfStoreThatItIs() throws Exception {
    String cid = publish(1, 1000, "--store", "file");

    ProgramRun other = run("publish", "-", "--replication", "1", "--store", "segment", "--quiet");

    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err())
        .startsWith("dds: 'segment' (--store) is not what " + data().resolve("chunks") + " is, a")
        .contains("'dds store migrate --to segment --data " + data() + "'");
    assertThat(publish(1, 1000)).isEqualTo(cid);
    assertThat(publish(1, 1000, "--store", "file")).isEqualTo(cid);
    assertThat(data().resolve("chunks/chunks")).isDirectory();
  }

  @Test
  void aStoreIsMovedWithAllThatIsKnownOfIt() throws Exception {
    String cid = publish(1, 600_000, "--store", "file");
    run("pin", "add", cid);
    Path position = Files.writeString(data().resolve("scrub.position"), cid + "\n");

    ProgramRun moved = run("store", "migrate", "--to", "segment");

    assertThat(moved.code()).isZero();
    assertThat(moved.out())
        .startsWith("moved 4 chunks, 600.2 kB (600,1")
        .contains(", to a segment store in ");
    assertThat(moved.err()).isEmpty();
    assertThat(run("pin", "ls").out()).isEqualTo(cid + " published, pinned\n");
    assertThat(position).hasContent(cid);
    assertThat(run("store", "migrate", "--to", "segment").out())
        .isEqualTo(data().resolve("chunks") + " is a segment store already\n");
    assertThat(run("store", "migrate", "--to", "file", "--json").out())
        .startsWith(
            "{\"from\":\"segment\",\"to\":\"file\",\"moved\":true,\"chunks\":4,\"bytes\":600")
        .endsWith(",\"rotten\":0,\"left\":[]}\n");
    assertThat(run("verify").out()).startsWith("verified 4 chunks");
  }

  @Test
  void aStoreIsNotMovedUnderARunningNode() throws Exception {
    publish(1, 1000);
    node = start(data(), List.of());

    ProgramRun refused = run("store", "migrate", "--to", "file");

    assertThat(refused.code()).isEqualTo(6);
    assertThat(refused.err())
        .isEqualTo("dds: " + data().resolve("chunks") + " is already open in this process\n");
    assertThat(run("pin", "ls").code()).isZero();
  }

  @Test
  void whatHasRottedEndsAMoveWithFour() throws Exception {
    publish(1, 1000, "--store", "file");
    try (Stream<Path> files = Files.walk(data().resolve("chunks/chunks"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.write(file, new byte[10]);
      }
    }

    ProgramRun moved = run("store", "migrate", "--to", "segment");

    assertThat(moved.code()).isEqualTo(4);
    assertThat(moved.out()).startsWith("moved 0 chunks");
    assertThat(moved.err().lines().filter(line -> line.startsWith("rotten: "))).hasSize(2);
    assertThat(moved.err())
        .contains(
            "had set aside as rotten or did not know is kept in " + data().resolve("chunks.left"))
        .contains("dds: 2 chunks had rotted");
  }

  @Test
  void aNewFolderHoldsSegments() throws Exception {
    publish(1, 1000);

    assertThat(data().resolve("chunks/segments")).isNotEmptyDirectory();
    assertThat(data().resolve("chunks/chunks")).doesNotExist();
  }

  @Test
  void aFolderThatIsNotThereIsNotMade() {
    ProgramRun run = run("pin", "ls");

    assertThat(run.code()).isEqualTo(6);
    assertThat(run.err()).isEqualTo("dds: there is no data folder " + data() + "\n");
    assertThat(data()).doesNotExist();
  }
}
