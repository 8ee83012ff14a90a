package io.echonet.dds.node.cli;

import io.echonet.dds.Dds;
import io.echonet.dds.node.config.MachineException;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.node.control.ControlServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

/** A node as a command uses it: it blocks, and it is closed whatever becomes of the command. */
final class Session implements AutoCloseable {
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

  /**
   * A command's timeout is for the content, and may be short where nobody is expected to have it; a
   * first handshake, while classes are loaded, may take longer.
   */
  private static final Duration JOIN_LEAST = Duration.ofSeconds(5);

  private final RunningNode node;
  private final @Nullable ControlServer control;

  private Session(RunningNode node) {
    this.node = node;
    this.control = node.config().control().map(folder -> listen(folder, node)).orElse(null);
  }

  private static @Nullable ControlServer listen(Path folder, RunningNode node) {
    try {
      return ControlServer.open(folder, new KeepingAnswers(node.dds().keeping())::to);
    } catch (IOException e) {
      // The node is worth having all the same.
      LoggerFactory.getLogger(Session.class)
          .warn("commands can't reach this node: {}", MachineException.reason(e));
      return null;
    }
  }

  /** Starts the node. */
  static Session open(NodeConfig config) throws Exception {
    Logger log = LoggerFactory.getLogger(Session.class);
    // What fails after nobody is interested any more (a cancelled fetch, say) is no error.
    Hooks.onErrorDropped(failure -> log.debug("dropped", failure));
    Schedulers.onHandleError((thread, failure) -> log.debug("dropped on {}", thread, failure));
    return new Session(Blocking.await(RunningNode.start(config)));
  }

  /**
   * As {@link #open}, and part of the network: fails where no bootstrap peer can be reached within
   * the configured timeout, but at least 5 s and at most 10 s.
   */
  static Session connect(NodeConfig config) throws Exception {
    Session session = open(config);
    try {
      session.join();
      return session;
    } catch (Exception e) {
      session.close();
      throw e;
    }
  }

  /**
   * Becomes a part of the network.
   *
   * @throws io.echonet.dds.node.config.BootstrapException where no bootstrap peer can be reached
   *     within the configured timeout, but at least 5 s and at most 10 s
   */
  void join() throws Exception {
    Duration patience = Collections.max(List.of(node.config().timeout(), JOIN_LEAST));
    Blocking.await(node.join(Collections.min(List.of(patience, JOIN_LIMIT))));
  }

  RunningNode node() {
    return node;
  }

  Dds dds() {
    return node.dds();
  }

  @Override
  public void close() {
    if (control != null) {
      control.close();
    }
    Blocking.awaitWhateverHappens(node.close());
  }
}
