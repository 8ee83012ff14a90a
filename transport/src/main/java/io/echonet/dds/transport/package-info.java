/**
 * The libp2p host as its users see it: hosts, connections, streams, addresses, peers and routing.
 * Nothing here knows of TCP, Noise or Yamux.
 */
@NullMarked
package io.echonet.dds.transport;

import org.jspecify.annotations.NullMarked;
