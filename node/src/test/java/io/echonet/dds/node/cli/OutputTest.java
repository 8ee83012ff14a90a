package io.echonet.dds.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.node.config.MachineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Console console =
      Console.of(InputStream.nullInputStream(), out, new PrintStream(out, true, UTF_8));

  @Test
  void aFileAppearsOnlyWhenItIsCommitted() throws IOException {
    Path file = folder.resolve("content");
    try (Output output = Output.open(file.toString(), false, console)) {
      output.write(text("verified"));
      assertThat(file).doesNotExist();
      assertThat(names()).singleElement().asString().startsWith(".content.").endsWith(".part");

      output.commit();
    }

    assertThat(file).hasContent("verified");
    assertThat(names()).containsExactly("content");
  }

  @Test
  void aFileThatIsNotCommittedLeavesNothing() throws IOException {
    try (Output output = Output.open(folder.resolve("content").toString(), false, console)) {
      output.write(text("half"));
    }

    assertThat(names()).isEmpty();
  }

  @Test
  void whatWasThereStaysUntilTheNewIsComplete() throws IOException {
    Path file = Files.writeString(folder.resolve("content"), "old");
    try (Output output = Output.open(file.toString(), false, console)) {
      output.write(text("half of the new"));
    }
    assertThat(file).hasContent("old");

    try (Output output = Output.open(file.toString(), false, console)) {
      output.write(text("new"));
      output.commit();
    }
    assertThat(file).hasContent("new");
    assertThat(names()).containsExactly("content");
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    try (Output output = Output.open(link.toString(), false, console)) {
      output.write(text("new"));
      output.commit();
    }

    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
  }

  @Test
  void aNameMayBeAsLongAsTheFileSystemAllows() throws IOException {
    Path file = folder.resolve("é".repeat(127));

    try (Output output = Output.open(file.toString(), false, console)) {
      output.write(text("x"));
      output.commit();
    }

    assertThat(file).hasContent("x");
  }

  @Test
  void closingTwiceIsClosingOnce() {
    Output output = Output.open(folder.resolve("content").toString(), false, console);

    output.close();
    output.close();

    assertThat(names()).isEmpty();
  }

  @Test
  void aDeviceIsWrittenNotReplaced() {
    try (Output output = Output.open("/dev/null", false, console)) {
      output.write(text("gone"));
      output.commit();
    }

    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }

  @Test
  void aFullDeviceIsTheMachinesFault() {
    try (Output output = Output.open("/dev/full", false, console)) {
      assertThatThrownBy(() -> output.write(text("x")))
          .isInstanceOf(MachineException.class)
          .hasMessage("cannot write /dev/full: No space left on device");
    }
  }

  @Test
  void aFolderIsNoPlaceToWriteTo() {
    assertThatThrownBy(() -> Output.open(folder.toString(), false, console))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> Output.open(folder + "/none/file", false, console))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(folder + "/none/file")
        .hasMessageContaining("does not exist");
  }

  /** Not when all has been fetched, and a name of its own can't be given to it. */
  @Test
  void aNameThatIsTooLongIsRefusedBeforeAnythingIsWritten() {
    assertThatThrownBy(
            () -> Output.open(folder.resolve("x".repeat(256)).toString(), false, console))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("File name too long");

    assertThat(names()).isEmpty();
  }

  @Test
  void aFileInPlaceOfTheFolderIsTheMachinesFault() throws IOException {
    Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> Output.open(folder + "/file/content", false, console))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(folder + "/file/content");
  }

  @Test
  void standardOutputGetsTheBytesAsTheyAre() {
    byte[] bytes = {0, -1, 10, 13};
    try (Output output = Output.open("-", false, console)) {
      output.write(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
      output.commit();
    }

    assertThat(out.toByteArray()).isEqualTo(bytes);
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8)).asReadOnlyBuffer();
  }
}
