package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code dds} script at the top of the checkout, on the JDK that runs this test. */
class LauncherIT {
  private static final Path CHECKOUT =
      Path.of(requireNonNull(System.getProperty("dds.jar"))).resolve("../../..").normalize();
  private static final Path LAUNCHER = CHECKOUT.resolve("dds");

  @TempDir private Path elsewhere;

  @Test
  void runsTheProgramThroughALinkFromAnotherFolder() throws Exception {
    Path link = Files.createSymbolicLink(elsewhere.resolve("linked-dds"), LAUNCHER);

    Result result = run(System.getProperty("java.home"), link, "--version");

    assertThat(result.exitCode()).isZero();
    assertThat(result.standardOutput()).matches("dds \\d+\\.\\d+\\.\\d+\\S*\\R");
  }

  @Test
  void passesTheExitCodeOfTheProgramOn() throws Exception {
    Result result = run(System.getProperty("java.home"), LAUNCHER, "--no-such-option");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.standardOutput()).isEmpty();
    assertThat(result.standardError()).contains("--no-such-option");
  }

  @Test
  void namesTheFolderThatHoldsNoJava() throws Exception {
    Result result = run(elsewhere.toString(), LAUNCHER, "--version");

    assertThat(result.exitCode()).isEqualTo(6);
    assertThat(result.standardOutput()).isEmpty();
    assertThat(result.standardError()).contains(elsewhere.toString());
  }

  private Result run(String javaHome, Path launcher, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Path standardError = elsewhere.resolve("standard-error");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(elsewhere.toFile())
            .redirectError(standardError.toFile());
    builder.environment().put("DDS_JAVA_HOME", javaHome);
    Process process = builder.start();
    String standardOutput = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), standardOutput, Files.readString(standardError));
  }

  private record Result(int exitCode, String standardOutput, String standardError) {}
}
