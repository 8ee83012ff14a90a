package io.echonet.dds.transport.spi;

import io.netty.channel.Channel;
import java.util.function.Consumer;

/** A protocol that makes many streams of one secured channel. */
public interface Muxer {
  /** The multistream protocol id, such as {@code /yamux/1.0.0}. */
  String id();

  /**
   * Takes over {@code channel}, adding its handlers at the end of the pipeline. Called on the event
   * loop. The channel reads only once asked to (auto-read is off), which is the muxer's to do.
   *
   * @param memory what may be buffered for readers beyond what the protocol gives each stream
   * @param accept receives each stream the peer opens, on the event loop
   */
  MuxedConnection attach(
      Channel channel, Role role, MemoryScope memory, Consumer<MuxedStream> accept);
}
