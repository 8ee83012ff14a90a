package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  private static final int TERMINAL_WIDTH = 80;

  @Test
  void isShownWhenNothingIsTyped() {
    ProgramRun run = ProgramRun.of();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("Usage: dds").contains("publish").contains("Exit codes:");
  }

  @Test
  void isAResultWhenAskedFor() {
    ProgramRun run = ProgramRun.of("--help");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("Usage: dds");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node",
        "publish",
        "get",
        "manifest",
        "providers",
        "ping",
        "pin",
        "gc",
        "verify",
        "store",
        "id",
        "demo"
      })
  void ofEveryCommandHasAnExampleAndFitsATerminal(String command) {
    ProgramRun help = ProgramRun.of("help", command);
    ProgramRun option = ProgramRun.of(command, "--help");

    assertThat(help.code()).isZero();
    assertThat(help.out()).isEqualTo(option.out()).contains("Example", "  dds " + command);
    assertThat(help.out().lines()).allMatch(line -> line.length() <= TERMINAL_WIDTH);
    assertThat(help.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pin add", "pin rm", "pin ls", "store migrate"})
  void ofACommandsOwnCommandsHasAnExampleToo(String command) {
    ProgramRun help = ProgramRun.of((command + " --help").split(" "));

    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("Example", "  dds " + command);
    assertThat(help.out().lines()).allMatch(line -> line.length() <= TERMINAL_WIDTH);
  }

  @Test
  void hidesWhatOnlyFewNeed() {
    assertThat(ProgramRun.of("help", "node").out()).doesNotContain("kad-protocol", "stdin");
  }

  @Test
  void tellsTheVersionOnOneLine() {
    ProgramRun run = ProgramRun.of("--version");

    assertThat(run.code()).isZero();
    assertThat(run.out()).matches("dds .*\n");
  }
}
