package io.echonet.dds.transport.multistream;

import io.echonet.dds.transport.spi.MuxedStream;

/** A muxed stream with a protocol; what is received and sent is the protocol's alone. */
public interface NegotiatedStream extends MuxedStream {
  /** The protocol agreed, or the one proposed while the peer's answer is still under way. */
  String protocol();
}
