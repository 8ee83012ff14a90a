/**
 * The seams between the host and its parts: how bytes reach a peer ({@code Transport}), how they
 * are secured ({@code SecurityProtocol}) and how one connection becomes many streams ({@code
 * Muxer}). All three meet on a Netty channel, whose event loop owns the connection's state.
 */
@NullMarked
package io.echonet.dds.transport.spi;

import org.jspecify.annotations.NullMarked;
