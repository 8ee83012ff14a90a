package io.echonet.dds.transport.kad;

/**
 * How joining a network went.
 *
 * @param tried how many bootstrap peers were given
 * @param reached how many of them could be connected to; none means that the node stands alone, and
 *     goes on trying
 * @param known how many peers the routing table holds now
 */
public record BootstrapResult(int tried, int reached, int known) {}
