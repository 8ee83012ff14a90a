package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Cid;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.kad.KadConfig;
import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node knows after a restart by the files that it keeps beside its chunks. */
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
  void aNodeThatWasKilledStillNamesAProviderThatHasGone() {
    DdsProcess publishing = processes.dds(publishHere(processes.path("publisher"))).start();
    DdsNode hub = processes.node("hub");
    String cid = publishing.await().output();
    DdsNode publisher = processes.node("publisher", "--bootstrap", hub.address());
    Path records = hub.data().resolve("providers.log");
    awaitIn(records, Cid.parse(cid).multihash().bytes());
    awaitIn(records, PeerId.parse(publisher.peerId()).bytes());

    publisher.kill();
    hub.kill();
    DdsNode again = processes.node("hub");

    assertThat(again.peerId()).isEqualTo(hub.peerId());
    assertThat(processes.run("providers", cid, "--bootstrap", again.address()).output())
        .contains(publisher.address().replaceAll("/p2p/.*", ""), publisher.peerId());
  }

  @Test
  void aNodeThatWasKilledFindsItsPeersAgainWithoutBeingToldOfAny() {
    DdsProcess publishing = processes.dds(publishHere(processes.path("holder"))).start();
    String cid = publishing.await().output();
    DdsNode holder = processes.node("holder");
    DdsNode node = processes.node("node", "--bootstrap", holder.address());
    Path peers = node.data().resolve("peers.log");
    awaitIn(peers, PeerId.parse(holder.peerId()).bytes());
    awaitIn(peers, KadConfig.DDS_PROTOCOL.getBytes(UTF_8));

    node.kill();
    DdsNode again = processes.node("node");

    assertThat(processes.run("providers", cid, "--bootstrap", again.address()).output())
        .contains(holder.peerId());
  }

  /** Puts a content into a data folder, and tells nobody. */
  private String[] publishHere(Path data) {
    Path content = PseudoRandom.file(processes.path("content"), 1, 1000);
    return new String[] {
      "publish", content.toString(), "--data", data.toString(), "--replication", "1"
    };
  }

  private static void awaitIn(Path file, byte[] bytes) {
    String wanted = new String(bytes, ISO_8859_1);
    Await.until(HexFormat.of().formatHex(bytes) + " in " + file, () -> text(file).contains(wanted));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
