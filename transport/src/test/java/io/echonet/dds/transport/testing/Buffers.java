package io.echonet.dds.transport.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Bytes in and out of buffers, for tests. */
public final class Buffers {
  private Buffers() {}

  /** A pooled buffer with the UTF-8 bytes of {@code text}, so that dropping it shows as a leak. */
  public static ByteBuf of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A pooled buffer with a copy of {@code bytes}. */
  public static ByteBuf of(byte[] bytes) {
    return ByteBufAllocator.DEFAULT.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
  }

  /** {@code count} bytes that are the same for the same seed. */
  public static byte[] random(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** {@code bytes} in buffers of {@code bufferBytes}, made as they are asked for. */
  public static Flux<ByteBuf> cut(byte[] bytes, int bufferBytes) {
    int count = (bytes.length + bufferBytes - 1) / bufferBytes;
    return Flux.range(0, count)
        .map(
            i -> {
              int start = i * bufferBytes;
              int length = Math.min(bufferBytes, bytes.length - start);
              return ByteBufAllocator.DEFAULT.buffer(length).writeBytes(bytes, start, length);
            });
  }

  /** What {@code buffer} holds; releases it. */
  public static byte[] bytes(ByteBuf buffer) {
    try {
      return ByteBufUtil.getBytes(buffer);
    } finally {
      buffer.release();
    }
  }

  /** All bytes up to the end; releases the buffers. */
  public static Mono<byte[]> all(Flux<ByteBuf> buffers) {
    return buffers
        .collect(ByteArrayOutputStream::new, (all, buffer) -> all.writeBytes(Buffers.bytes(buffer)))
        .map(ByteArrayOutputStream::toByteArray);
  }

  /** All bytes up to the end as UTF-8; releases the buffers. */
  public static Mono<String> text(Flux<ByteBuf> buffers) {
    return all(buffers).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
