package io.echonet.dds.network;

import com.google.protobuf.MessageLite;
import io.echonet.dds.multiformats.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import reactor.core.publisher.Flux;

/** Bytes as they stand on the wire. */
final class Wire {
  private Wire() {}

  static byte[] random(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** A message behind its length, by the generated classes. */
  static byte[] delimited(MessageLite message) {
    return delimited(message.toByteArray());
  }

  static byte[] delimited(byte[] message) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Varint.encode(message.length));
    all.writeBytes(message);
    return all.toByteArray();
  }

  /** All that {@code buffers} hold; they are released. */
  static byte[] bytes(Flux<ByteBuf> buffers) {
    List<ByteBuf> list = Objects.requireNonNull(buffers.collectList().block());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf buffer : list) {
      all.writeBytes(ByteBufUtil.getBytes(buffer));
      buffer.release();
    }
    return all.toByteArray();
  }
}
