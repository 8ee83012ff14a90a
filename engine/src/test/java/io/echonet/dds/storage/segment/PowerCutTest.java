package io.echonet.dds.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Random changes, and power cuts at random steps: what was reported as done is so afterwards. */
class PowerCutTest {
  private static final int SEEDS = Integer.getInteger("crash.seeds", 60);
  private static final int FIRST = Integer.getInteger("crash.first", 1);
  private static final int CUTS = 6;
  private static final int CHUNKS = 40;

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.echonet.dds.storage.segment");

  @BeforeEach
  void beSilent() {
    logger.setLevel(Level.ERROR);
  }

  @AfterEach
  void speakAgain() {
    logger.setLevel(null);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.02})
  void whatWasReportedAsDoneIsDone(double failureRate) throws IOException {
    int compactions = 0;
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        World world = new World(seed);
        world.run(failureRate);
        compactions += world.compactions;
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("with -Dcrash.first=" + seed + " -Dcrash.seeds=1", e);
      }
    }
    assertThat(compactions).as("segments that were compacted").isGreaterThan(SEEDS / 2);
  }

  @Test
  void theDiskDoesTakeWhatWasNotSynced() throws IOException {
    // Were nothing ever lost, the test above would show nothing.
    Set<Integer> lengths = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      CrashDisk disk = new CrashDisk(new Random(seed));
      Path folder = Path.of("folder");
      Path file = folder.resolve("file");
      disk.writeNew(file, ByteBuffer.wrap(new byte[10]));
      disk.syncFolder(folder);
      disk.open(file).write(ByteBuffer.wrap(new byte[2000]), 10);
      disk.restart();
      lengths.add(disk.bytes(file).length);
    }

    assertThat(lengths).contains(10, 2010).hasSizeGreaterThan(3);
  }

  private static final class World {
    private static final int NOT_HELD = 0;

    private final SegmentLayout layout = new SegmentLayout(Path.of("store"));
    private final SegmentStoreConfig config =
        SegmentStoreConfig.defaults().withSegmentBytes(16 * 1024).withSnapshotBytes(20_000);
    private final Random random;
    private final CrashDisk disk;
    private final List<Chunk> chunks = new ArrayList<>();
    // Why each chunk is held, or may be, where a change of it was not reported as done.
    private final Map<Cid, Set<Integer>> possible = new HashMap<>();
    private SegmentLog log;
    private int compactions;

    World(int seed) throws IOException {
      random = new Random(seed);
      disk = new CrashDisk(random);
      for (int i = 0; i < CHUNKS; i++) {
        byte[] bytes = new byte[16 + random.nextInt(2000)];
        random.nextBytes(bytes);
        Chunk chunk = Chunk.of(bytes);
        chunks.add(chunk);
        possible.put(chunk.cid(), Set.of(NOT_HELD));
      }
      log = Recovery.open(layout, config, disk, false);
    }

    void run(double failureRate) throws IOException {
      for (int cut = 0; cut < CUTS; cut++) {
        disk.setFailureRate(failureRate);
        disk.cutPowerAfter(1 + random.nextInt(60));
        boolean powered = true;
        while (powered) {
          powered = change();
        }
        disk.restart();
        reopen();
      }
    }

    private void reopen() throws IOException {
      // Opening may be cut off as well, and starts over.
      if (random.nextInt(3) == 0) {
        disk.cutPowerAfter(1 + random.nextInt(8));
        try {
          Recovery.open(layout, config, disk, false);
        } catch (IOException e) {
          assertThat(e).hasMessage("the power is gone");
        }
        disk.restart();
      }
      log = Recovery.open(layout, config, disk, false);
      check();
    }

    /** Answers whether there still is power. */
    private boolean change() throws IOException {
      switch (random.nextInt(8)) {
        case 0 -> {
          try {
            log.writeSnapshot();
          } catch (IOException e) {
            return hasPower(e);
          }
        }
        case 1 -> log.close();
        case 2 -> {
          return compact();
        }
        default -> {
          return commit();
        }
      }
      return true;
    }

    private boolean compact() {
      try {
        Segment segment = log.compactible();
        if (segment == null) {
          return true;
        }
        Compaction compaction = new Compaction(log, segment);
        List<Change> changes = compaction.next();
        while (!changes.isEmpty()) {
          log.commit(changes);
          for (Change change : changes) {
            if (change.failure() != null) {
              return hasPower(change.failure());
            }
          }
          changes = compaction.next();
        }
        assertThat(log.isEmptied(segment)).isTrue();
        Change retire = new Change.Retire(segment.number());
        log.commit(List.of(retire));
        if (retire.failure() == null) {
          log.delete(segment);
          compactions++;
        }
        return true;
      } catch (IOException e) {
        return hasPower(e);
      }
    }

    private boolean commit() {
      List<Change> changes = new ArrayList<>();
      List<Chunk> changed = new ArrayList<>();
      for (int i = 1 + random.nextInt(6); i > 0; i--) {
        Chunk chunk = chunks.get(random.nextInt(CHUNKS));
        changed.add(chunk);
        changes.add(
            random.nextInt(3) == 0
                ? new Change.Delete(chunk.cid())
                : new Change.Store(chunk, 1 + random.nextInt(2)));
      }
      Map<Cid, Set<Integer>> intermediate = new HashMap<>();
      for (int i = 0; i < changes.size(); i++) {
        Cid cid = changed.get(i).cid();
        Change change = changes.get(i);
        // Each may fail alone, and those after it still be done.
        Set<Integer> outcomes =
            intermediate.computeIfAbsent(cid, c -> new HashSet<>(possible.get(cid)));
        for (int before : List.copyOf(outcomes)) {
          outcomes.add(change instanceof Change.Store store ? before | store.holdings() : NOT_HELD);
        }
      }
      possible.putAll(intermediate);
      log.commit(changes);
      boolean powered = true;
      for (int i = 0; i < changes.size(); i++) {
        Exception failure = changes.get(i).failure();
        Cid cid = changed.get(i).cid();
        if (failure == null) {
          // The changes of one call fail or succeed in turn, so a later one has the last word.
          possible.put(cid, Set.of(holdings(cid)));
        } else {
          powered &= hasPower(failure);
          possible.computeIfPresent(
              cid, (c, p) -> union(p, intermediate.getOrDefault(cid, Set.of())));
        }
      }
      return powered;
    }

    private static boolean hasPower(@Nullable Exception failure) {
      return failure == null || !String.valueOf(failure.getMessage()).contains("power");
    }

    private static Set<Integer> union(Set<Integer> a, Set<Integer> b) {
      Set<Integer> union = new HashSet<>(a);
      union.addAll(b);
      return union;
    }

    private int holdings(Cid cid) {
      IndexEntry entry = log.index().find(cid);
      return entry == null ? NOT_HELD : entry.holdings();
    }

    private void check() throws IOException {
      long held = 0;
      for (Chunk chunk : chunks) {
        int holdings = holdings(chunk.cid());
        assertThat(possible.get(chunk.cid())).as("why %s is held", chunk).contains(holdings);
        possible.put(chunk.cid(), Set.of(holdings));
        if (holdings != NOT_HELD) {
          held++;
          Chunk read = Objects.requireNonNull(log.read(chunk.cid(), SegmentLog.Check.CHECKSUM));
          assertThat(read.data()).isEqualTo(chunk.data());
        }
      }
      assertThat(log.index().chunks()).isEqualTo(held);
    }
  }
}
