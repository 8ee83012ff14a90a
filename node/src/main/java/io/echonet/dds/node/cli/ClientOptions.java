package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a command needs that asks the network and is no part of it. */
final class ClientOptions {
  @Option(
      names = "--bootstrap",
      paramLabel = "MULTIADDR",
      required = true,
      description = "A node that leads into the network; repeatable.")
  private List<Multiaddr> bootstrap;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "30s",
      description =
          "Give up after this long without progress: 500ms, 30s, 2m. Default: ${DEFAULT-VALUE}.")
  private Duration timeout;

  @Mixin private KadOptions kad;

  Duration timeout() {
    return timeout;
  }

  /** A passing node of an identity that nobody will meet again. */
  NodeConfig config() {
    Values.checkDialable("--bootstrap", bootstrap);
    return NodeConfig.client(Identity.generate(), bootstrap)
        .withTimeout(timeout)
        .withKadProtocol(kad.protocol());
  }
}
