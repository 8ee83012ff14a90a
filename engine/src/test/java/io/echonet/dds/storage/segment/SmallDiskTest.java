package io.echonet.dds.storage.segment;

import static io.echonet.dds.storage.StorageProviderContract.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.storage.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What gives back room in the end must not take what deleting needs meanwhile. */
class SmallDiskTest {
  private static final int CHUNK_BYTES = 1000;
  private static final int RECORD_BYTES = SegmentRecord.bytes(CHUNK_BYTES);
  private static final long RESERVE_BYTES = 400;
  private static final long DELETING_BYTES = 50;
  private static final SegmentStoreConfig CONFIG =
      SegmentStoreConfig.defaults()
          .withSegmentBytes(SegmentHeader.BYTES + 10 * RECORD_BYTES)
          .withSnapshotBytes(20_000)
          .withReserveBytes(RESERVE_BYTES);

  private final SegmentLayout layout = new SegmentLayout(Path.of("store"));
  private final CrashDisk disk = new CrashDisk(new Random(1));
  private SegmentLog log;
  private int stored;

  @BeforeEach
  void open() throws IOException {
    log = Recovery.open(layout, CONFIG, disk, false);
  }

  private void store(int chunks) {
    for (int i = 0; i < chunks; i++) {
      commit(new Change.Store(chunk(stored++, CHUNK_BYTES), 1));
    }
  }

  private void commit(Change change) {
    log.commit(List.of(change));
    assertThat(change.failure()).isNull();
  }

  /** Leaves room for so much in all. */
  private void leave(long bytes) {
    disk.setCapacity(Long.MAX_VALUE);
    disk.setCapacity(Long.MAX_VALUE - disk.freeBytes(layout.root()) + bytes);
  }

  @Test
  void aSnapshotThatFailsLeavesNothingBehind() {
    int failed = 0;
    for (int steps = 1; steps < 7; steps++) {
      store(1);
      disk.failAfter(steps);
      try {
        log.writeSnapshot();
      } catch (IOException e) {
        failed++;
      }
      assertThat(disk.exists(layout.newSnapshot())).as("after %d steps", steps).isFalse();
    }
    assertThat(failed).isEqualTo(6);
  }

  @Test
  void whatACrashLeftOfASnapshotIsTakenAwayWhenTheStoreIsOpened() throws IOException {
    disk.writeNew(layout.newSnapshot(), ByteBuffer.allocate(1000));
    log = Recovery.open(layout, CONFIG, disk, false);

    assertThat(disk.exists(layout.newSnapshot())).isFalse();
  }

  @Test
  void aSnapshotThatDoesNotFitIsNotBegun() throws IOException {
    store(50);
    long bytes = SnapshotFile.bytes(50);
    leave(bytes + DELETING_BYTES - 1);
    assertThatThrownBy(log::writeSnapshot)
        .isInstanceOf(StorageFullException.class)
        .hasMessageContaining("no room for an index of " + bytes + " bytes");
    leave(bytes + DELETING_BYTES);
    log.writeSnapshot();

    assertThat(disk.bytes(layout.snapshot())).hasSize((int) bytes);
  }

  @Test
  void aSnapshotThatFailedIsDueAgainWhenAsMuchWasWritten() {
    int chunks = storeUntilSnapshotIsDue();
    disk.failAfter(1);
    assertThatThrownBy(log::writeSnapshot).isInstanceOf(IOException.class);

    assertThat(log.isSnapshotDue()).isFalse();
    assertThat(storeUntilSnapshotIsDue()).isGreaterThanOrEqualTo(chunks);
  }

  /** Answers how many chunks that took. */
  private int storeUntilSnapshotIsDue() {
    int before = stored;
    while (!log.isSnapshotDue()) {
      store(1);
    }
    return stored - before;
  }

  @Test
  void aSegmentThatCannotBeDeletedIsClosed() throws IOException {
    Segment segment = emptied();
    final int open = disk.openFiles();
    disk.failAfter(0);
    assertThatThrownBy(() -> log.delete(segment)).isInstanceOf(IOException.class);

    assertThat(disk.openFiles()).isEqualTo(open - 1);
  }

  @Test
  void aSegmentThatCannotBeDeletedIsReadToTheEndBeforeItIsClosed() throws IOException {
    Segment segment = emptied();
    final int open = disk.openFiles();
    SegmentScan reader = log.scan(segment, SegmentHeader.BYTES);
    disk.failAfter(0);
    assertThatThrownBy(() -> log.delete(segment)).isInstanceOf(IOException.class);

    assertThat(reader.next()).isNotNull();
    segment.release();
    assertThat(disk.openFiles()).isEqualTo(open - 1);
  }

  @Test
  void aSegmentIsCompactedOnlyWhereWhatCountsOfItFits() throws IOException {
    store(11);
    deleteFirst(6);
    leave(4 * RECORD_BYTES + DELETING_BYTES - 1);
    assertThat(log.compactible()).isNull();
    assertThat(log.isCompactible(1)).isTrue();
    leave(4 * RECORD_BYTES + DELETING_BYTES);

    assertThat(log.compactible()).extracting(Segment::number).isEqualTo(1);
  }

  @Test
  void whereTheSegmentWithMostGarbageDoesNotFitAnotherIsCompacted() throws IOException {
    store(10);
    int small = SegmentHeader.BYTES + 4 * RECORD_BYTES;
    log = Recovery.open(layout, CONFIG.withSegmentBytes(small), disk, false);
    store(5);
    deleteFirst(5);
    delete(10);
    delete(11);
    assertThat(log.compactible()).extracting(Segment::number).isEqualTo(1);
    leave(3 * RECORD_BYTES);

    assertThat(log.compactible()).extracting(Segment::number).isEqualTo(2);
  }

  /** A segment that is full and of which nothing counts. */
  private Segment emptied() throws IOException {
    store(11);
    deleteFirst(10);
    return Objects.requireNonNull(log.compactible());
  }

  private void deleteFirst(int chunks) {
    for (int i = 0; i < chunks; i++) {
      delete(i);
    }
  }

  private void delete(int number) {
    commit(new Change.Delete(chunk(number, CHUNK_BYTES).cid()));
  }
}
