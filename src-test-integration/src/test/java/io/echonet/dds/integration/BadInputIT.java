package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Cid;
import io.echonet.dds.transport.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the program answers where it can't do what it was asked: one line, and an exit code. */
class BadInputIT {
  private static final int CHUNK = 262_144;

  /** Names that nothing has: the digests of these words. */
  private static final String UNKNOWN = cidOf("nobody has this".getBytes(US_ASCII));

  private static final String ABSENT_CHUNK = cidOf("nor this".getBytes(US_ASCII));

  private static final String SOME_PEER = "12D3KooWJ1nXAxKaGeLNgZqzNQX76UHAY7Q7xVFbffCJUUAnuU8G";

  /** In blocks of 512 or 1024 bytes, as the shell has it: less than a chunk either way. */
  private static final String LESS_THAN_A_CHUNK = "ulimit -f 200; exec \"$@\"";

  @RegisterExtension private static final Processes SHARED = Processes.ofClass().brief();
  private static DdsNode node;
  private static Path content;
  private static String cid;

  /** Looks for more nodes for a while, during which the other tests run. */
  private static DdsProcess wantsMoreCopiesThanThereAreNodes;

  @RegisterExtension private final Processes processes = Processes.ofTest().brief();

  @BeforeAll
  static void publish() {
    node = SHARED.node("node");
    content = PseudoRandom.file(SHARED.path("content"), 1, 3 * CHUNK);
    cid = SHARED.run(publish(SHARED.path("publisher"), content, "2")).output();
    wantsMoreCopiesThanThereAreNodes =
        SHARED.dds(publish(SHARED.path("eager"), content, "3")).start();
  }

  @Test
  void whatIsTypedWrongIsNamed() throws IOException {
    Path folder = Files.createDirectory(processes.path("folder"));
    String data = processes.path("data").toString();
    Runs runs = new Runs(2, 2);
    runs.start("'abc' is no CID", "get", "abc", "--bootstrap", node.address());
    runs.start("'localhost:1' is no multiaddr", "get", cid, "--bootstrap", "localhost:1");
    runs.start("'3' is no time", get("--timeout", "3"));
    runs.start("'--fast' is no option", get("--fast"));
    runs.start("'" + folder + "' is a folder", get("-o", folder.toString()));
    runs.start("there is no file '/none'", publish(data, "/none", "1"));
    runs.start("'" + folder + "' is a folder", publish(data, folder.toString(), "1"));
    runs.start("'0' (--replication)", publish(data, content.toString(), "0"));
    runs.start("'lunch' is no command", "lunch");

    runs.check();
    assertThat(processes.path("data")).doesNotExist();
  }

  @Test
  void whatNobodyHasIsNamedWhenTheTimeIsOver() {
    Runs runs = new Runs(3, 1);
    for (String command : List.of("get", "manifest", "providers")) {
      String[] arguments = {command, UNKNOWN, "--bootstrap", node.address(), "--timeout", "1s"};
      runs.start(UNKNOWN, arguments);
    }

    runs.check();
  }

  @Test
  void aManifestThatBreaksARuleEndsTheMatterBeforeAnyChunkIsAskedFor() throws IOException {
    // Two chunks for the size of one. If they were asked for, nobody would have them: exit code 3.
    byte[] manifest = manifest(List.of(ABSENT_CHUNK, ABSENT_CHUNK), CHUNK);
    Path file = Files.write(processes.path("manifest"), manifest);
    processes.run(publish(processes.path("publisher"), file, "2")).output();
    String broken = cidOf(manifest);
    Path target = Files.createDirectory(processes.path("fetched")).resolve("file");

    Runs runs = new Runs(4, 1);
    runs.start(broken, "get", broken, "--bootstrap", node.address(), "-o", target.toString());
    runs.start(broken, "manifest", broken, "--bootstrap", node.address());

    runs.check();
    assertThat(target.getParent()).isEmptyDirectory();
  }

  @Test
  void bootstrapPeersThatCannotBeReachedAreNamed() throws IOException {
    String closed = "/ip4/127.0.0.1/tcp/" + closedPort();
    String another = node.address().replaceFirst("/p2p/.*", "/p2p/") + SOME_PEER;
    Runs runs = new Runs(5, 1);
    runs.start(closed + " (connection refused)", "get", cid, "--bootstrap", closed);
    runs.start("the peer is " + node.peerId(), "get", cid, "--bootstrap", another);
    String data = processes.path("data").toString();
    runs.start(closed, "publish", content.toString(), "--data", data, "--bootstrap", closed);
    runs.start(closed, "ping", closed);

    runs.check();
  }

  @Test
  void holdersThatAreKnownAndDoNotDeliverAreUnavailable() {
    DdsProcess holder =
        processes
            .dds(
                "publish",
                content.toString(),
                "--data",
                processes.path("holder").toString(),
                "--name",
                "another manifest",
                "--replication",
                "1",
                "--stay",
                "--bootstrap",
                node.address())
            .start();
    Await.until("published", () -> holder.standardOutput().endsWith("\n"));
    String held = holder.standardOutput().strip();
    processes.run("providers", held, "--bootstrap", node.address()).output();

    holder.process().kill();

    Runs runs = new Runs(5, 1);
    runs.start(held, "get", held, "--bootstrap", node.address(), "--timeout", "1s");
    runs.check();
  }

  @Test
  void tooFewCopiesAreCounted() {
    DdsProcess.Result result = wantsMoreCopiesThanThereAreNodes.await();

    assertThat(result.exitCode()).as(result.standardError()).isEqualTo(5);
    assertThat(result.standardOutput()).isEmpty();
    assertThat(result.errorLines()).hasSize(1);
    assertThat(result.standardError()).contains("only 1 of 2 other nodes").contains(cid);
  }

  @Test
  void aPortOrFolderThatIsTakenOrOfNoUseIsNamed() {
    String port = node.address().replaceFirst("/p2p/.*", "");
    String file = content.toString();
    Runs runs = new Runs(6, 1);
    runs.start(port, DdsNode.arguments(processes.path("data"), "--listen", port));
    runs.start("(process " + node.pid() + ")", DdsNode.arguments(node.data()));
    runs.start("(process " + node.pid() + ")", publish(node.data(), content, "1"));
    runs.start(file + " is no folder", DdsNode.arguments(content));
    runs.start(file + "/data", "id", "--data", file + "/data");
    // Where nobody may make a file, not even root.
    runs.start("/proc/dds", DdsNode.arguments(Path.of("/proc/dds")));
    runs.start("/proc/dds", get("-o", "/proc/dds"));
    runs.start(file + "/fetched", get("-o", file + "/fetched"));
    runs.start(
        "the folder " + processes.path("none"), get("-o", processes.path("none/x").toString()));

    runs.check();
  }

  @Test
  void aFullDiskIsSaidInOneLineAndLeavesNothingHalfWritten() throws IOException {
    Path data = processes.path("data");
    Path folder = Files.createDirectory(processes.path("fetched"));
    Path target = folder.resolve("file");
    Runs runs = new Runs(6, 1);
    runs.startUnder(LESS_THAN_A_CHUNK, target.toString(), get("-o", target.toString()));
    runs.startUnder(LESS_THAN_A_CHUNK, data.toString(), publish(data, content, "1"));
    runs.start("/dev/full: No space left", get("-o", "/dev/full"));
    for (String[] command :
        List.of(get(), new String[] {"id", "--data", node.data().toString()}, help())) {
      String full = "exec \"$@\" >/dev/full";
      runs.startUnder(full, "cannot write to standard output: No space left", command);
    }

    runs.check();
    assertThat(folder).isEmptyDirectory();
    assertThat(StoredChunks.of(data)).isEmpty();
    // There is room again.
    assertThat(processes.run(publish(data, content, "1")).output()).isEqualTo(cid);
  }

  @Test
  void closedStreamsAreNotMistakenForOthers() {
    Runs runs = new Runs(6, 1);
    runs.startUnder("exec \"$@\" >&-", "cannot write to standard output", get());
    String data = processes.path("data").toString();
    runs.startUnder("exec \"$@\" <&-", "standard input: it is closed", publish(data, "-", "1"));

    runs.check();
  }

  @Test
  void whereTheReaderGoesAwayTheProgramEndsAsOthersDo() throws IOException {
    Path file = PseudoRandom.file(processes.path("file"), 2, 40 * CHUNK);
    String name = processes.run(publish(processes.path("publisher"), file, "2")).output();
    DdsProcess get = processes.dds("get", name, "--bootstrap", node.address()).piped().start();
    byte[] first = get.pipe().readNBytes(1000);

    get.pipe().close();

    DdsProcess.Result result = get.await();
    assertThat(first).isEqualTo(PseudoRandom.bytes(2, 1000));
    assertThat(result.exitCode()).as(result.standardError()).isEqualTo(141);
    assertThat(result.standardError()).isEmpty();
  }

  private static String[] get(String... more) {
    return Stream.concat(Stream.of("get", cid, "--bootstrap", node.address()), Stream.of(more))
        .toArray(String[]::new);
  }

  private static String[] help() {
    return new String[] {"--help"};
  }

  private static String[] publish(Path data, Path file, String copies) {
    return publish(data.toString(), file.toString(), copies);
  }

  private static String[] publish(String data, String file, String copies) {
    List<String> arguments = new ArrayList<>(List.of("publish", file, "--data", data));
    arguments.addAll(List.of("--replication", copies, "--quiet"));
    arguments.addAll(List.of("--bootstrap", node.address()));
    return arguments.toArray(String[]::new);
  }

  private static String cidOf(byte[] bytes) {
    return Cid.of(PseudoRandom.newSha256().digest(bytes)).toString();
  }

  /** A manifest as the protocol has it, field by field, whatever its rules. */
  private static byte[] manifest(List<String> chunks, int size) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String chunk : chunks) {
      bytes.write((1 << 3) | 2);
      bytes.write(chunk.length());
      bytes.writeBytes(chunk.getBytes(US_ASCII));
    }
    bytes.write((2 << 3) | 2);
    bytes.write(32);
    bytes.writeBytes(new byte[32]);
    bytes.write(3 << 3);
    for (int left = size; ; left >>>= 7) {
      bytes.write(left < 0x80 ? left : (left & 0x7f) | 0x80);
      if (left < 0x80) {
        return bytes.toByteArray();
      }
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Runs side by side that are to end alike. */
  private final class Runs {
    private final int exitCode;
    private final int lines;
    private final List<DdsProcess> started = new ArrayList<>();
    private final List<String> named = new ArrayList<>();

    Runs(int exitCode, int lines) {
      this.exitCode = exitCode;
      this.lines = lines;
    }

    /** Starts one whose first line of error is to contain {@code words}. */
    void start(String words, String... arguments) {
      named.add(words);
      started.add(processes.dds(arguments).start());
    }

    /** As {@link #start}, by a line of shell that ends in {@code exec "$@"}. */
    void startUnder(String shell, String words, String... arguments) {
      named.add(words);
      started.add(processes.dds(arguments).under("sh", "-c", shell, "sh").start());
    }

    void check() {
      for (int i = 0; i < started.size(); i++) {
        DdsProcess.Result result = started.get(i).await();
        assertThat(result.exitCode()).as("%s: %s", named.get(i), result).isEqualTo(exitCode);
        assertThat(result.standardOutput()).isEmpty();
        assertThat(result.errorLines()).as(result.standardError()).hasSize(lines);
        assertThat(result.errorLines()[0]).startsWith("dds: ").contains(named.get(i));
      }
    }
  }
}
