/**
 * The Noise XX handshake that proves who a peer is, and the encryption that follows it (noise
 * specification).
 */
@NullMarked
package io.echonet.dds.transport.noise;

import org.jspecify.annotations.NullMarked;
