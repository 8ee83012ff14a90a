/**
 * libp2p's TLS 1.3 (tls specification): certificates that a peer's identity has signed for, checked
 * inside the handshake, and the muxer agreed on by ALPN. BoringSSL computes where its library is
 * there, the JDK elsewhere.
 */
@NullMarked
package io.echonet.dds.transport.tls;

import org.jspecify.annotations.NullMarked;
