package io.echonet.dds.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

  @Test
  void aResultIsOneLineOfUtf8() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    Console.of(InputStream.nullInputStream(), out, NOWHERE).result("größe");

    assertThat(out.toString(UTF_8)).isEqualTo("größe\n");
  }

  @Test
  void aPipeThatBreaksMeansThatItsReaderHasGone() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    Console console = Console.of(InputStream.nullInputStream(), broken, NOWHERE);

    assertThatThrownBy(() -> console.result("x")).isInstanceOf(ReaderGoneException.class);
  }

  @Test
  void aReaderThatHasGoneEndsTheProgramQuietly() {
    assertThat(ErrorReport.of(new ReaderGoneException(new IOException("Broken pipe"))).code())
        .isEqualTo(ExitCode.READER_GONE);
  }
}
