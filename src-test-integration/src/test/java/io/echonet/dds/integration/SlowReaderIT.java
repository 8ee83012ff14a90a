package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A reader of 1 MB/s of a content that is far larger than what may be under way. 8 s; {@code
 * -Ddds.slow-reader-seconds=30} makes it 30.
 */
class SlowReaderIT {
  private static final int SECONDS = Integer.getInteger("dds.slow-reader-seconds", 8);
  private static final int MEBIBYTES = 512;

  private static final int BYTES_PER_SECOND = 1_000_000;
  private static final int STEPS_PER_SECOND = 20;
  private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1) / STEPS_PER_SECOND;

  /** The chunks under way, the defaults of a retrieval. */
  private static final long WINDOW_BYTES = 16 * 262_144;

  /**
   * The chunk that is written and the two that wait for that, the manifest, a pipe's buffer, and
   * what of its own program the sender had not loaded before.
   */
  private static final long READ_AHEAD_BYTES = 4L << 20;

  /** What a virtual machine takes for code, threads and garbage while it warms up. */
  private static final long WARM_UP_BYTES = 48L << 20;

  @RegisterExtension private final Processes processes = Processes.ofTest();

  @Test
  void aSlowReaderSlowsTheSendersDiskAndNobodyHoldsMoreThanTheWindow() {
    RepeatedContent content = RepeatedContent.publish(processes, "node", MEBIBYTES);
    DdsNode node = processes.node("node");
    long readBefore = ProcessFigures.bytesRead(node.pid());
    DdsProcess get =
        processes.dds("get", content.cid(), "--bootstrap", node.address()).piped().start();
    PipedContent reader = PipedContent.of(get);
    reader.readUpTo(1);
    long senderBefore = ProcessFigures.residentBytes(node.pid());
    long receiverBefore = ProcessFigures.residentBytes(get.pid());

    long ahead = 0;
    long senderGrowth = 0;
    long receiverGrowth = 0;
    long start = System.nanoTime();
    for (int step = 1; step <= SECONDS * STEPS_PER_SECOND; step++) {
      // The pace is what is tested; nothing is waited for.
      sleepUntil(start + step * STEP_NANOS);
      reader.readUpTo((long) step * BYTES_PER_SECOND / STEPS_PER_SECOND);
      ahead = Math.max(ahead, ProcessFigures.bytesRead(node.pid()) - readBefore - reader.bytes());
      senderGrowth =
          Math.max(senderGrowth, ProcessFigures.residentBytes(node.pid()) - senderBefore);
      receiverGrowth =
          Math.max(receiverGrowth, ProcessFigures.residentBytes(get.pid()) - receiverBefore);
    }
    long read = ProcessFigures.bytesRead(node.pid()) - readBefore;

    System.out.printf(
        "%d s at 1 MB/s: %d bytes taken, %d read by the sender, never more than %d ahead; memory"
            + " grew by %d MiB there and %d MiB here, to %d and %d MiB at most%n",
        SECONDS,
        reader.bytes(),
        read,
        ahead,
        senderGrowth >> 20,
        receiverGrowth >> 20,
        ProcessFigures.peakResidentBytes(node.pid()) >> 20,
        ProcessFigures.peakResidentBytes(get.pid()) >> 20);
    assertThat(read).isGreaterThanOrEqualTo(reader.bytes());
    assertThat(ahead).isLessThan(WINDOW_BYTES + READ_AHEAD_BYTES);
    assertThat(senderGrowth).isLessThan(WINDOW_BYTES + WARM_UP_BYTES);
    assertThat(receiverGrowth).isLessThan(WINDOW_BYTES + WARM_UP_BYTES);
  }

  private static void sleepUntil(long nanoTime) {
    for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
