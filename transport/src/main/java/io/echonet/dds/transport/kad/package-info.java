/**
 * A Kademlia distributed hash table over the transport's streams (libp2p specification kad-dht):
 * who is near a key, and who provides it. {@link io.echonet.dds.transport.kad.KademliaDht} is the
 * way in.
 */
@NullMarked
package io.echonet.dds.transport.kad;

import org.jspecify.annotations.NullMarked;
