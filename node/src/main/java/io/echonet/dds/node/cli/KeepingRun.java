package io.echonet.dds.node.cli;

import io.echonet.dds.keeping.ChunkSource;
import io.echonet.dds.keeping.Keeper;
import io.echonet.dds.keeping.Keeping;
import io.echonet.dds.node.config.DataFolder;
import io.echonet.dds.node.config.MachineException;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.node.control.ControlClient;
import io.echonet.dds.node.control.Reply;
import io.echonet.dds.transport.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import reactor.core.scheduler.Schedulers;

/**
 * A request carried out by the node that runs on a data folder, or in the folder where none does.
 */
final class KeepingRun {
  private final Console console;
  private final Path data;

  KeepingRun(Console console, Path data) {
    this.console = console;
    this.data = data;
  }

  /** Prints what is answered. Fails as the node says. */
  int of(KeepingRequest request) throws Exception {
    if (!Files.isDirectory(data)) {
      throw new MachineException("there is no data folder " + data);
    }
    NodeConfig config =
        NodeConfig.client(Identity.generate(), List.of())
            .withChunks(DataFolder.open(data).chunks());
    Optional<ControlClient> node = ControlClient.connect(config.control().orElseThrow());
    Reply end = node.isPresent() ? ask(node.get(), request) : look(config, request);
    if (end.code() != ExitCode.DONE.code()) {
      throw new ReportedException(new ErrorReport(ExitCode.of(end.code()), end.reason()));
    }
    return ExitCode.DONE.code();
  }

  private Reply ask(ControlClient node, KeepingRequest request) throws Exception {
    try (node) {
      return node.run(request.toString(), this::print);
    } catch (IOException e) {
      throw MachineException.of("the node on " + data + " did not answer", e);
    }
  }

  private Reply look(NodeConfig config, KeepingRequest request) throws Exception {
    Keeper keeper = Blocking.await(RunningNode.openKeeper(config));
    try {
      Keeping keeping = Keeping.of(keeper, ChunkSource.NONE);
      return Blocking.await(
          new KeepingAnswers(keeping)
              .to(request.toString())
              .publishOn(Schedulers.boundedElastic(), 1)
              .doOnNext(this::print)
              .last());
    } finally {
      Blocking.awaitWhateverHappens(keeper.store().close());
    }
  }

  private void print(Reply reply) {
    switch (reply.kind()) {
      case RESULT -> console.result(reply.text());
      case NOTE -> console.note(reply.text());
      case PROGRESS -> {
        if (console.isWatched()) {
          console.note(reply.text());
        }
      }
      case END -> {}
    }
  }
}
