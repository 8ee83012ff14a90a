package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.NodeConfig;
import picocli.CommandLine.Option;

/** Which DHT, for those who run a network of their own or join another. */
final class KadOptions {
  @Option(
      names = "--kad-protocol",
      paramLabel = "ID",
      hidden = true,
      defaultValue = NodeConfig.DEFAULT_KAD_PROTOCOL,
      description = "The protocol id of the DHT. Default: ${DEFAULT-VALUE}.")
  private String protocol;

  /**
   * The protocol id.
   *
   * @throws UsageException where it is none
   */
  String protocol() {
    if (!NodeConfig.isProtocolId(protocol)) {
      throw new UsageException("'" + protocol + "' (--kad-protocol) is no protocol id");
    }
    return protocol;
  }
}
