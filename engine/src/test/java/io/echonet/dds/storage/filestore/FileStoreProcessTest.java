package io.echonet.dds.storage.filestore;

import static io.echonet.dds.storage.StorageProviderContract.TIMEOUT;
import static io.echonet.dds.storage.StorageProviderContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.disk.Disk;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.test.StepVerifier;

/** What needs another process, or a file system of its own. */
class FileStoreProcessTest {
  private static final Logger LOG = LoggerFactory.getLogger(FileStoreProcessTest.class);

  /** Where a process may mount what nobody else sees: a file system of 2 MiB, then the program. */
  private static final List<String> ON_A_SMALL_DISK =
      List.of(
          "unshare",
          "--map-root-user",
          "--mount",
          "sh",
          "-c",
          "mount -t tmpfs -o size=2m tmpfs \"$0\" && exec \"$@\"");

  private static final List<String> ON_A_READ_ONLY_DISK =
      List.of(
          "unshare",
          "--map-root-user",
          "--mount",
          "sh",
          "-c",
          "mount -t tmpfs -o size=2m,ro tmpfs \"$0\" && exec \"$@\"");

  @TempDir Path folder;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void aFolderInUseByAnotherProcessIsRefusedUntilThatEnds() throws Exception {
    Process other = start(List.of(), "hold");
    BufferedReader lines = other.inputReader();
    assertThat(lines.readLine()).isEqualTo("open");

    StepVerifier.create(FileStore.open(folder, FileStoreConfig.defaults()))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(StorageException.class)
                    .hasMessage(
                        "%s is in use by another dds process (process %d)"
                            .formatted(folder, other.pid())))
        .verify(TIMEOUT);
    other.destroyForcibly().waitFor();
    await(await(FileStore.open(folder, FileStoreConfig.defaults())).close());
  }

  @Test
  void whatWasStoredSurvivesAKillAndNothingHalfWrittenDoes() throws Exception {
    Process killed = start(List.of(), "write");
    BufferedReader lines = killed.inputReader();
    assertThat(lines.readLine()).isEqualTo("open");
    List<Cid> stored = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      stored.add(Cid.parse(lines.readLine()));
    }
    killed.destroyForcibly().waitFor();

    StorageProvider store = await(FileStore.open(folder, FileStoreConfig.defaults()));
    List<Cid> held = await(store.storedCids().collectList());
    assertThat(held).containsAll(stored);
    for (Cid cid : held) {
      assertThat(await(store.retrieve(cid)).size()).isEqualTo(Chunk.MAX_BYTES);
    }
    try (Stream<Path> temporaries = Files.list(folder.resolve("tmp"))) {
      assertThat(temporaries).isEmpty();
    }
    await(store.close());
  }

  @Test
  void aFullDiskRefusesChunksAndServesThoseItHolds() throws Exception {
    StorageProvider store =
        await(FileStore.open(folder, FileStoreConfig.defaults(), new SmallDisk(folder, 2_000_000)));

    assertThat(StoreProcess.fill(store, folder))
        .startsWith("full after 7: " + folder + " is full: no room for chunk");
    await(store.close());
  }

  @Test
  void soDoesARealOne() throws Exception {
    if (!canMount()) {
      LOG.warn(
          "no file system can be mounted here: a full disk is tested by the simulated one alone");
      aFullDiskRefusesChunksAndServesThoseItHolds();
      return;
    }
    Process process = start(ON_A_SMALL_DISK, "fill");

    assertThat(process.inputReader().lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("open"),
            line -> assertThat(line).matches("full after [67]: .* is full: no room for chunk .*"));
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aReadOnlyDiskIsNamed() throws Exception {
    if (!canMount()) {
      LOG.warn("no file system can be mounted here: a read-only one is not tested");
      return;
    }
    Process process = start(ON_A_READ_ONLY_DISK, "hold");

    assertThat(process.inputReader().lines().toList())
        .containsExactly(
            folder + ": cannot open the store, " + folder + "/lock: Read-only file system");
  }

  private boolean canMount() throws Exception {
    try {
      Process probe = start(ON_A_SMALL_DISK, List.of("true"));
      return probe.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Process start(List<String> prefix, String command) throws IOException {
    return start(
        prefix,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            StoreProcess.class.getName(),
            command,
            folder.toString()));
  }

  private Process start(List<String> prefix, List<String> program) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    if (!prefix.isEmpty()) {
      command.add(folder.toString());
    }
    command.addAll(program);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    started.add(process);
    return process;
  }

  /** A disk of so many bytes, which writes what fits of a file before it refuses the rest. */
  private static final class SmallDisk extends Disk {
    private final Path store;
    private final long bytes;

    SmallDisk(Path store, long bytes) {
      this.store = store;
      this.bytes = bytes;
    }

    @Override
    public void writeNew(Path file, ByteBuffer data) throws IOException {
      try (Stream<Path> files = Files.walk(store)) {
        long used = files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
        if (used + data.remaining() > bytes) {
          byte[] fits = new byte[(int) (bytes - used)];
          data.get(fits);
          Files.write(file, fits);
          throw new IOException("No space left on device");
        }
      }
      super.writeNew(file, data);
    }
  }
}
