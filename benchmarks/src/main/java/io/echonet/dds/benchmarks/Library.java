package io.echonet.dds.benchmarks;

import io.echonet.dds.PublishOptions;
import io.echonet.dds.Published;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A node that serves what its store holds, and puts repeated contents into it before. Prints its
 * address and the CIDs of those contents, then waits for the end of its input.
 */
final class Library {
  static final String COMMAND = "library";

  /** The word for an option that is not given. */
  static final String NONE = "-";

  private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

  private Library() {}

  /**
   * Options: its store's folder, its port, the address it tells others, a peer to join by, the
   * number of contents, MiB of each, MiB after which each repeats.
   */
  static void run(String[] options) throws Exception {
    NodeConfig config =
        NodeConfig.client(Identity.generate(), addresses(options[3]))
            .withChunks(Path.of(options[0]))
            .withListen(
                List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/" + options[1])), addresses(options[2]))
            .withService(true, true);
    RunningNode node = Objects.requireNonNull(RunningNode.start(config).block());
    try {
      if (!config.bootstrap().isEmpty()) {
        node.join(JOIN_LIMIT).block();
      }
      System.out.println(node.addresses().get(0));
      for (int seed = 1; seed <= Integer.parseInt(options[4]); seed++) {
        RepeatedContent content =
            new RepeatedContent(seed, Integer.parseInt(options[5]), Integer.parseInt(options[6]));
        Published published =
            Objects.requireNonNull(
                node.dds()
                    .publish(content.read(), PublishOptions.defaults().withReplication(1))
                    .block());
        System.out.println(published.cid());
      }
      while (Passes.await()) {
        // It serves until it is told to end.
      }
    } finally {
      node.close().block();
    }
  }

  private static List<Multiaddr> addresses(String option) {
    return option.equals(NONE) ? List.of() : List.of(Multiaddr.parse(option));
  }
}
