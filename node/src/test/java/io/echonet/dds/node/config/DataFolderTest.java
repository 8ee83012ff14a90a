package io.echonet.dds.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir private Path folder;

  @Test
  void isMadeWithThoseAboveIt() {
    DataFolder.open(folder.resolve("a/b/c"));

    assertThat(folder.resolve("a/b/c")).isDirectory();
  }

  @Test
  void mayBeThereAlready() {
    assertThat(DataFolder.open(folder).chunks()).isEqualTo(folder.resolve("chunks"));
  }

  @Test
  void mayBeReachedByALink() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);

    DataFolder.open(link).identity();

    assertThat(real.resolve("identity.key")).exists();
  }

  @Test
  void isNoFile() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> DataFolder.open(file))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> DataFolder.open(file.resolve("below")))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(file.toString());
  }
}
