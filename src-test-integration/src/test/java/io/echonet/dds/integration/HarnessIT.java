package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the other tests here rely on. */
class HarnessIT {
  @RegisterExtension private final Processes processes = Processes.ofTest();

  @Test
  void noProcessOutlivesTheJvmThatStartedIt() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            StartsAProcess.class.getName(),
            processes.path("child.stderr").toString());
    ChildProcess parent = processes.start("a JVM that starts a process", builder);
    BufferedReader printed =
        new BufferedReader(new InputStreamReader(parent.out(), StandardCharsets.US_ASCII));
    ProcessHandle child = ProcessHandle.of(Long.parseLong(printed.readLine())).orElseThrow();

    parent.kill();

    assertThat(child.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(child);
  }

  static final class StartsAProcess {
    private StartsAProcess() {}

    public static void main(String[] arguments) throws Exception {
      ProcessBuilder endless = new ProcessBuilder("sleep", "600");
      ChildProcess child = ChildProcess.start("sleep", endless, Path.of(arguments[0]));
      System.out.println(child.pid());
      Thread.sleep(600_000);
    }
  }

  @Test
  void theKernelCountsWhatAProcessReadsAndTheMemoryItHas() throws Exception {
    Path file = PseudoRandom.file(processes.path("file"), 1, 3_000_000);
    long self = ProcessHandle.current().pid();
    long before = ProcessFigures.bytesRead(self);

    byte[] bytes = Files.readAllBytes(file);

    assertThat(ProcessFigures.bytesRead(self) - before).isGreaterThanOrEqualTo(bytes.length);
    // Peak and present are read one after the other, and the kernel adds them up lazily: each by
    // itself.
    assertThat(ProcessFigures.residentBytes(self)).isGreaterThan(bytes.length);
    assertThat(ProcessFigures.peakResidentBytes(self)).isGreaterThan(bytes.length);
  }

  @Test
  @WithForeignPeers
  void bothSidesMakeTheSameBytesFromASeed() {
    ForeignPeer peer = ForeignPeer.start(processes, "--dht", "none");

    JsonObject answer = peer.ask("pseudoRandom", "bytes", 1_000_001, "seed", 7);

    assertThat(answer.text("sha256")).isEqualTo(PseudoRandom.sha256(7, 1_000_001));
  }

  @Test
  @WithForeignPeers
  void aCommandThatFailsSaysWhy() {
    ForeignPeer peer = ForeignPeer.start(processes, "--dht", "none");

    assertThat(peer.askInVain("dial", "to", "/ip4/192.0.2.1/tcp/1"))
        .hasMessageContaining("192.0.2.1");
  }
}
