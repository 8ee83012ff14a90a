/**
 * The host itself: dials, listens and upgrades connections by the transports, handshakes and muxers
 * it is given, and remembers peers. The only package that knows all the parts.
 */
@NullMarked
package io.echonet.dds.transport.host;

import org.jspecify.annotations.NullMarked;
