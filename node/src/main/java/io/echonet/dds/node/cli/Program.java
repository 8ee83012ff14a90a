package io.echonet.dds.node.cli;

import io.echonet.dds.content.Cid;
import io.echonet.dds.node.config.MachineException;
import io.echonet.dds.storage.migration.StoreKind;
import io.echonet.dds.transport.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;
import reactor.core.Exceptions;

/** One run of the program: a command line in, an exit code out. */
public final class Program {
  private final Console console;
  private final DdsCommand root = new DdsCommand();

  Program(Console console) {
    this.console = console;
  }

  /**
   * Runs one command on this thread and the process's own streams; answers its exit code. A signal
   * that ends the process lets the command end in order first.
   */
  public static int run(String... arguments) {
    OrderlyEnd end = OrderlyEnd.install(Thread.currentThread());
    int code = new Program(Console.ofProcess()).execute(arguments);
    end.commandEnded(code);
    return code;
  }

  int execute(String... arguments) {
    return commandLine().execute(arguments);
  }

  CommandLine commandLine() {
    CommandLine line = new CommandLine(root);
    List<Object> commands =
        List.of(
            new NodeCommand(console),
            new PublishCommand(console),
            new GetCommand(console),
            new ManifestCommand(console),
            new ProvidersCommand(console),
            new PingCommand(console),
            new PinCommand(console),
            new GcCommand(console),
            new VerifyCommand(console),
            new StoreCommand(console),
            new IdCommand(console),
            new DemoCommand(console),
            new WarmUpCommand(),
            new CommandLine.HelpCommand());
    commands.forEach(line::addSubcommand);
    describe(line);
    line.registerConverter(Cid.class, Values::cid);
    line.registerConverter(Multiaddr.class, Values::multiaddr);
    line.registerConverter(Duration.class, Values::duration);
    line.registerConverter(Path.class, Values::path);
    line.registerConverter(SizeOption.class, SizeOption::parse);
    line.registerConverter(RangeOption.class, RangeOption::parse);
    line.registerConverter(StoreKind.class, Values::storeKind);
    line.registerConverter(int.class, Values::wholeNumber);
    line.setOut(console.outWriter());
    line.setErr(console.errWriter());
    line.setExecutionStrategy(this::runLast);
    line.setParameterExceptionHandler(usageErrors());
    line.setExecutionExceptionHandler(failures());
    return line;
  }

  private static void describe(CommandLine line) {
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().usageMessage().synopsisHeading("%nUsage: ").sortOptions(false);
      describe(command);
    }
  }

  private int runLast(ParseResult parsed) {
    if (root.isVerbose()) {
      Logging.beVerbose();
    }
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (MachineException | ReaderGoneException e) {
      // A help text that could not be written; commands' own failures come wrapped.
      return report(ErrorReport.of(e), e, parsed.commandSpec().commandLine(), root.isVerbose());
    }
  }

  private IParameterExceptionHandler usageErrors() {
    return (failure, arguments) -> {
      ErrorReport report = ErrorReport.of(new UsageException(messageOf(failure), failure));
      return report(
          report,
          failure,
          failure.getCommandLine(),
          List.of(arguments).contains(DdsCommand.VERBOSE));
    };
  }

  /** Names what was typed and what is wrong with it, before what was not typed. */
  private static String messageOf(ParameterException failure) {
    List<String> unmatched = failure.getCommandLine().getUnmatchedArguments();
    if (failure instanceof MissingParameterException && !unmatched.isEmpty()) {
      return "'" + unmatched.get(0) + "' is no option or argument here";
    }
    if (failure instanceof UnmatchedArgumentException unmatchedArgument) {
      return messageOf(unmatchedArgument);
    }
    if (failure.getCause() instanceof TypeConversionException cause && cause.getMessage() != null) {
      return failure.getArgSpec() instanceof OptionSpec option
          ? cause.getMessage() + " (" + option.longestName() + ")"
          : cause.getMessage();
    }
    return String.valueOf(failure.getMessage());
  }

  private static String messageOf(UnmatchedArgumentException failure) {
    String first = failure.getUnmatched().get(0);
    boolean isCommand = failure.getCommandLine().getParent() == null;
    String what = isCommand ? "is no command" : "is one argument too many";
    if (failure.isUnknownOption()) {
      what = "is no option";
    }
    List<String> similar = failure.getSuggestions();
    return "'"
        + first
        + "' "
        + what
        + (similar.isEmpty() ? "" : "; did you mean " + similar.get(0) + "?");
  }

  private IExecutionExceptionHandler failures() {
    return (thrown, line, parsed) -> {
      Throwable failure = Exceptions.unwrap(thrown);
      return report(ErrorReport.of(failure), failure, line, root.isVerbose());
    };
  }

  private int report(ErrorReport report, Throwable failure, CommandLine line, boolean verbose) {
    switch (report.code()) {
      case READER_GONE, INTERRUPTED -> {}
      default -> console.note("dds: " + report.line());
    }
    if (report.code() == ExitCode.USAGE) {
      console.note("try '" + line.getCommandSpec().qualifiedName() + " --help'");
    }
    if (verbose) {
      failure.printStackTrace(console.err());
    }
    return report.code().code();
  }
}
