package io.echonet.dds.transport;

import org.reactivestreams.Publisher;

/** Serves the streams that peers open for a protocol. */
@FunctionalInterface
public interface StreamHandler {
  /**
   * Serves one stream. The host subscribes; completion closes the stream ({@link Stream#close()}),
   * an error resets it and is logged at debug level. Called on the connection's event loop: never
   * block.
   */
  Publisher<Void> handle(Stream stream);
}
