package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A content far larger than the memory of whoever fetches it. 1 GiB; {@code
 * -Ddds.small-heap-mebibytes=4096} makes it 4 GiB.
 */
class SmallHeapIT {
  private static final int MEBIBYTES = Integer.getInteger("dds.small-heap-mebibytes", 1024);

  @RegisterExtension private final Processes processes = Processes.ofTest();

  @Test
  void sixtyFourMebibytesOfHeapAreEnoughForAnyContent() {
    RepeatedContent content = RepeatedContent.publish(processes, "node", MEBIBYTES);
    DdsNode node = processes.node("node");

    DdsProcess get =
        processes
            .dds("get", content.cid(), "--bootstrap", node.address(), "--json")
            .jvm("-Xmx64m")
            .piped()
            .start();
    PipedContent fetched = PipedContent.of(get);
    fetched.readUpTo(content.size() - 1);
    long peak = ProcessFigures.peakResidentBytes(get.pid());
    long peakOfNode = ProcessFigures.peakResidentBytes(node.pid());
    fetched.readToEnd();

    GetSummary summary = GetSummary.of(get.await());
    assertThat(fetched.bytes()).isEqualTo(content.size());
    assertThat(fetched.sha256()).isEqualTo(content.sha256());
    assertThat(summary.chunksFrom(node.peerId())).isGreaterThan(MEBIBYTES * 4L);
    System.out.printf(
        "%d MiB with 64 MiB of heap: %.0f MB/s, peak memory %d MiB, the node's %d MiB%n",
        MEBIBYTES, summary.megabytesPerSecond(), peak >> 20, peakOfNode >> 20);
  }
}
