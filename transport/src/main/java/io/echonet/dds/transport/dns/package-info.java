/**
 * Addresses that are names: what they stand for is asked of name servers when they are dialled
 * (addressing specification; DNSADDR in the multiaddr repository).
 */
@NullMarked
package io.echonet.dds.transport.dns;

import org.jspecify.annotations.NullMarked;
