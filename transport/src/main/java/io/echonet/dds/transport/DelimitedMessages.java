package io.echonet.dds.transport;

import io.echonet.dds.multiformats.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Messages behind an unsigned varint length: how libp2p's request protocols frame what they say.
 */
public final class DelimitedMessages {
  private DelimitedMessages() {}

  /**
   * The messages within {@code bytes}, each a new array copied exactly once. Demand passes through:
   * a buffer is asked for when a message is wanted and none is complete. Completes with the bytes.
   *
   * <p>Errors: {@link StreamException} where a length passes {@code maxMessageBytes} (nothing is
   * allocated for it), is no varint, or the bytes end inside a message.
   */
  public static Flux<byte[]> decode(Flux<ByteBuf> bytes, int maxMessageBytes) {
    return Flux.from(
        subscriber ->
            bytes.subscribe(
                new DelimitedReader(Operators.toCoreSubscriber(subscriber), maxMessageBytes)));
  }

  /** {@code message} behind its length, as one buffer that wraps the array. */
  public static ByteBuf encode(byte[] message) {
    return Unpooled.wrappedBuffer(Varint.encode(message.length), message);
  }
}
