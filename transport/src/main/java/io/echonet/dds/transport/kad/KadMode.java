package io.echonet.dds.transport.kad;

/** What a node does for the others (kad-dht specification, "Client and server mode"). */
public enum KadMode {
  /**
   * Asks, but neither serves requests nor enters routing tables: for nodes that others can't reach.
   */
  CLIENT,

  /** Advertises the protocol, answers requests and keeps records. */
  SERVER
}
