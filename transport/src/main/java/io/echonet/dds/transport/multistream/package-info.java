/**
 * multistream-select: how two ends agree on the protocol of a connection or of one stream
 * (connections specification, "Protocol Negotiation").
 */
@NullMarked
package io.echonet.dds.transport.multistream;

import org.jspecify.annotations.NullMarked;
