package io.echonet.dds.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.content.Sha256;
import io.echonet.dds.node.config.MachineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumableOutputTest {
  private static final int CHUNK = Chunk.MAX_BYTES;
  private static final int SIZE = 3 * CHUNK + 1_000;

  @TempDir private Path folder;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      Console.of(
          InputStream.nullInputStream(),
          new ByteArrayOutputStream(),
          new PrintStream(err, true, UTF_8));
  private final byte[] content = random(1);
  private final Manifest manifest = manifest(content, content);

  private static byte[] random(long seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Manifest manifest(byte[] chunks, byte[] whole) {
    List<Cid> cids = new ArrayList<>();
    for (int from = 0; from < chunks.length; from += CHUNK) {
      cids.add(Cid.hash(ByteBuffer.wrap(chunks, from, Math.min(CHUNK, chunks.length - from))));
    }
    return Manifest.of(
        cids, Sha256.digest(ByteBuffer.wrap(whole)), chunks.length, ContentDetails.none());
  }

  private Path file() {
    return folder.resolve("film");
  }

  private Path partial() {
    return folder.resolve("film.dds-partial");
  }

  private Output open() {
    return Output.open(file().toString(), true, console);
  }

  private ByteBuffer bytes(int from, int to) {
    return ByteBuffer.wrap(content, from, to - from).asReadOnlyBuffer();
  }

  private String said() {
    return err.toString(UTF_8);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).toList();
    }
  }

  /** Writes so much, and is cut off. */
  private void interruptedAfter(int length) throws Exception {
    try (Output output = open()) {
      assertThat(output.resume(manifest)).isZero();
      output.write(bytes(0, length));
    }
  }

  @Test
  void whatIsVerifiedIsKeptAndGoneOnWith() throws Exception {
    interruptedAfter(2 * CHUNK);
    assertThat(names()).containsExactly("film.dds-partial");
    assertThat(said())
        .isEqualTo(
            "kept 524288 verified bytes in "
                + partial()
                + "; the same command goes on from there\n");

    try (Output output = open()) {
      assertThat(output.resume(manifest)).isEqualTo(2 * CHUNK);
      output.write(bytes(2 * CHUNK, SIZE));
      output.commit();
    }
    assertThat(names()).containsExactly("film");
    assertThat(file()).hasBinaryContent(content);
  }

  @Test
  void aContentThatIsAllThereIsOnlyVerified() throws Exception {
    interruptedAfter(SIZE);

    try (Output output = open()) {
      assertThat(output.resume(manifest)).isEqualTo(SIZE);
      output.commit();
    }
    assertThat(file()).hasBinaryContent(content);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 77, 3 * CHUNK + 999, SIZE})
  void whereverItIsCutWholeChunksAreBelieved(int length) throws Exception {
    Files.write(partial(), Arrays.copyOf(content, length));

    try (Output output = open()) {
      long resumed = output.resume(manifest);
      assertThat(resumed).isEqualTo(length == SIZE ? SIZE : length / CHUNK * CHUNK);
      output.write(bytes((int) resumed, SIZE));
      output.commit();
    }
    assertThat(file()).hasBinaryContent(content);
  }

  @Test
  void whatIsDamagedIsFetchedAgain() throws Exception {
    byte[] damaged = content.clone();
    damaged[CHUNK + 5] ^= 1;
    Files.write(partial(), damaged);

    try (Output output = open()) {
      assertThat(output.resume(manifest)).isEqualTo(CHUNK);
      output.write(bytes(CHUNK, SIZE));
      output.commit();
    }
    assertThat(file()).hasBinaryContent(content);
  }

  @Test
  void whatIsLeftOfAnotherContentIsReplacedAndSaidSo() throws Exception {
    byte[] longer = Arrays.copyOf(random(2), 2 * SIZE);
    Files.write(partial(), longer);

    try (Output output = open()) {
      assertThat(output.resume(manifest)).isZero();
      output.write(bytes(0, SIZE));
      output.commit();
    }
    assertThat(file()).hasBinaryContent(content);
    assertThat(said()).contains("holds nothing of this content and is replaced");
  }

  @Test
  void whereNothingIsVerifiedNothingIsKept() throws Exception {
    try (Output output = open()) {
      output.resume(manifest);
    }
    assertThat(names()).isEmpty();
    assertThat(said()).isEmpty();
  }

  @Test
  void whereTheContentIsNotFoundWhatIsThereStays() throws Exception {
    interruptedAfter(CHUNK);
    err.reset();

    open().close();

    assertThat(partial()).hasSize(CHUNK);
    assertThat(said()).isEmpty();
  }

  @Test
  void whatIsSpoiltIsNotKept() throws Exception {
    try (Output output = open()) {
      output.resume(manifest);
      output.write(bytes(0, CHUNK));
      output.spoil();
    }
    assertThat(names()).isEmpty();
    assertThat(said()).isEmpty();
  }

  @Test
  void aWholeThatHasAnotherHashIsNeitherCommittedNorKept() throws Exception {
    Manifest wrong = manifest(content, random(3));
    Files.write(partial(), Arrays.copyOf(content, CHUNK));
    try (Output output = open()) {
      assertThat(output.resume(wrong)).isEqualTo(CHUNK);
      output.write(bytes(CHUNK, SIZE));

      assertThatThrownBy(output::commit).isInstanceOf(IntegrityException.class);
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void emptyContentIsAnEmptyFile() throws Exception {
    Manifest empty =
        Manifest.of(
            List.of(Cid.hash(ByteBuffer.allocate(0))),
            Sha256.digest(ByteBuffer.allocate(0)),
            0,
            ContentDetails.none());
    try (Output output = open()) {
      assertThat(output.resume(empty)).isZero();
      output.commit();
    }
    assertThat(names()).containsExactly("film");
    assertThat(file()).isEmptyFile();
  }

  @Test
  void twoDoNotWriteTheSameFile() throws Exception {
    try (Output first = open()) {
      first.resume(manifest);
      try (Output late = open()) {
        late.resume(manifest);
        first.write(bytes(0, CHUNK));

        assertThatThrownBy(() -> late.write(bytes(0, CHUNK)))
            .isInstanceOf(MachineException.class)
            .hasMessageContaining("another process is writing " + partial());
      }
      assertThatThrownBy(this::open)
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("another process is writing " + partial());
      first.write(bytes(CHUNK, SIZE));
      first.commit();
    }
    assertThat(file()).hasBinaryContent(content);
  }

  @Test
  void aLinkOrAFolderInItsPlaceIsLeftAlone() throws Exception {
    Path other = Files.writeString(folder.resolve("other"), "mine");
    Files.createSymbolicLink(partial(), other);
    assertThatThrownBy(this::open)
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("is no regular file");
    assertThat(other).hasContent("mine");

    Files.delete(partial());
    Files.createDirectory(partial());
    assertThatThrownBy(this::open)
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("is no regular file");
  }

  @Test
  void theFileThatWasThereStaysUntilTheNewIsComplete() throws Exception {
    Files.writeString(file(), "old");
    interruptedAfter(CHUNK);
    assertThat(file()).hasContent("old");
  }
}
