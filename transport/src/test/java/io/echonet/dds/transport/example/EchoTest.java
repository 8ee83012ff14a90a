package io.echonet.dds.transport.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EchoTest {
  private static final Path SOURCE =
      Path.of("src/test/java/io/echonet/dds/transport/example/Echo.java");

  @Test
  void whatIsSaidComesBack() {
    assertThat(Echo.run("hello, DDS").block(Await.TIMEOUT)).isEqualTo("hello, DDS");
  }

  @Test
  void theReadmeShowsWhatRunsHere() throws IOException {
    String source = Files.readString(SOURCE);
    String shown =
        source
            .substring(source.indexOf("// README: from here\n"), source.indexOf("  // README: to"))
            .replace("// README: from here\n", "")
            .strip()
            .replaceAll("(?m)^ {2}", "");

    assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + shown + "\n```");
  }
}
