package io.echonet.dds.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class InputFileTest {
  private static final int BUFFER_BYTES = 256 * 1024;

  @TempDir private Path folder;

  private final Scheduler scheduler = Schedulers.boundedElastic();

  @Test
  void readsAllBytesInOrder() throws IOException {
    byte[] content = content(3 * BUFFER_BYTES + 17);
    Path file = Files.write(folder.resolve("file"), content);
    ByteArrayOutputStream read = new ByteArrayOutputStream();

    InputFile input = input(file, InputStream.nullInputStream());
    StepVerifier.create(input.bytes(scheduler).doOnNext(buffer -> copy(buffer, read)))
        .thenConsumeWhile(buffer -> true)
        .expectComplete()
        .verify(Await.TIMEOUT);

    assertThat(read.toByteArray()).isEqualTo(content);
    assertThat(input.size()).hasValue(content.length);
  }

  @Test
  void readsOnlyWhatIsAskedFor() throws IOException {
    Path file = Files.write(folder.resolve("file"), content(8 * BUFFER_BYTES));

    StepVerifier.create(input(file, InputStream.nullInputStream()).bytes(scheduler), 0)
        .thenRequest(1)
        .expectNextCount(1)
        .thenRequest(2)
        .expectNextCount(2)
        .thenCancel()
        .verify(Await.TIMEOUT);
  }

  @Test
  void readsStandardInputToItsEnd() {
    InputStream in = new ByteArrayInputStream("typed".getBytes(UTF_8));
    ByteArrayOutputStream read = new ByteArrayOutputStream();

    InputFile input = InputFile.of("-", console(in));
    StepVerifier.create(input.bytes(scheduler).doOnNext(buffer -> copy(buffer, read)))
        .thenConsumeWhile(buffer -> true)
        .expectComplete()
        .verify(Await.TIMEOUT);

    assertThat(read.toString(UTF_8)).isEqualTo("typed");
    assertThat(input.size()).isEmpty();
  }

  @Test
  void anEmptyFileHasNoBuffers() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    StepVerifier.create(input(file, InputStream.nullInputStream()).bytes(scheduler))
        .expectComplete()
        .verify(Await.TIMEOUT);
  }

  @Test
  void aFileThatGrowsMeanwhileIsAnError() throws IOException {
    Path file = Files.write(folder.resolve("file"), content(2 * BUFFER_BYTES));

    StepVerifier.create(input(file, InputStream.nullInputStream()).bytes(scheduler), 0)
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> append(file))
        .thenRequest(Long.MAX_VALUE)
        .thenConsumeWhile(buffer -> true)
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(InputChangedException.class)
                    .hasMessageStartingWith(file + " changed while it was read"))
        .verify(Await.TIMEOUT);
  }

  @Test
  void aFileThatIsRewrittenMeanwhileIsAnError() throws IOException {
    byte[] content = content(2 * BUFFER_BYTES);
    Path file = Files.write(folder.resolve("file"), content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    StepVerifier.create(input(file, InputStream.nullInputStream()).bytes(scheduler), 0)
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> rewrite(file, content))
        .thenRequest(Long.MAX_VALUE)
        .thenConsumeWhile(buffer -> true)
        .expectError(InputChangedException.class)
        .verify(Await.TIMEOUT);
  }

  private static void append(Path file) {
    try {
      Files.write(file, new byte[1], StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void rewrite(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static InputFile input(Path file, InputStream in) {
    return InputFile.of(file.toString(), console(in));
  }

  private static Console console(InputStream in) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    return Console.of(in, nowhere, nowhere);
  }

  private static void copy(ByteBuffer buffer, ByteArrayOutputStream target) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    target.writeBytes(bytes);
  }

  private static byte[] content(int length) {
    byte[] bytes = new byte[length];
    new Random(42).nextBytes(bytes);
    return bytes;
  }
}
