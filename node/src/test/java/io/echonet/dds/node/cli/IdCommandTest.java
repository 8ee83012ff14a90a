package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdCommandTest {
  @TempDir private Path folder;

  @Test
  void printsThePeerIdAloneAndTheSameEveryTime() {
    String data = folder.resolve("data").toString();

    ProgramRun first = ProgramRun.of("id", "--data", data);
    ProgramRun second = ProgramRun.of("id", "--data", data);

    assertThat(first.code()).isZero();
    assertThat(first.out()).matches("12D3KooW[1-9A-HJ-NP-Za-km-z]{44}\n");
    assertThat(first.err()).isEmpty();
    assertThat(second.out()).isEqualTo(first.out());
  }

  @Test
  void printsJsonWhenAsked() {
    String data = folder.resolve("data").toString();
    String peer = ProgramRun.of("id", "--data", data).out().strip();

    assertThat(ProgramRun.of("id", "--data", data, "--json").out())
        .isEqualTo("{\"peerId\":\"" + peer + "\"}\n");
  }

  @Test
  void aDamagedIdentityIsTheMachinesFault() throws IOException {
    Files.write(folder.resolve("identity.key"), new byte[68]);

    ProgramRun run = ProgramRun.of("id", "--data", folder.toString());

    assertThat(run.code()).isEqualTo(6);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(folder + "/identity.key is damaged");
  }

  @Test
  void aFileInPlaceOfTheFolderIsTheMachinesFault() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    ProgramRun run = ProgramRun.of("id", "--data", file.toString());

    assertThat(run.code()).isEqualTo(6);
    assertThat(run.err()).isEqualTo("dds: the data folder " + file + " is no folder\n");
  }
}
