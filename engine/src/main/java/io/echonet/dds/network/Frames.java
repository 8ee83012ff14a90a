package io.echonet.dds.network;

import com.google.protobuf.MessageLite;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.transport.DelimitedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Flux;

/**
 * Messages as they go out. Those that carry a chunk are written by hand around the chunk's own
 * bytes, byte for byte what the generated classes would write, without their two copies.
 */
final class Frames {
  /*
   * The chunk goes out in pieces so that "no progress" is noticed within a piece: a stream takes the next one
   * only when it has sent the one before.
   */
  private static final int PIECE_BYTES = 64 * 1024;

  private static final int STRING_1_TAG = 0x0a;
  private static final int BYTES_1_TAG = 0x0a;
  private static final int BYTES_2_TAG = 0x12;
  private static final byte[] SUCCESS_2_TRUE = {0x10, 0x01};
  private static final byte[] NOTHING = {};

  private Frames() {}

  static Flux<ByteBuf> of(MessageLite message) {
    return Flux.defer(() -> Flux.just(DelimitedMessages.encode(message.toByteArray())));
  }

  /** {@code DdsRequest { store_chunk { cid, chunk_data } }}. */
  static Flux<ByteBuf> storeRequest(Chunk chunk) {
    byte[] text = chunk.cid().toString().getBytes(StandardCharsets.US_ASCII);
    byte[] field = new byte[2 + text.length];
    field[0] = STRING_1_TAG;
    field[1] = (byte) text.length;
    System.arraycopy(text, 0, field, 2, text.length);
    return around(Kind.STORE_CHUNK, field, BYTES_2_TAG, chunk, NOTHING);
  }

  /** {@code DdsResponse { retrieve_chunk { chunk_data, success = true } }}. */
  static Flux<ByteBuf> retrieveResponse(Chunk chunk) {
    return around(Kind.RETRIEVE_CHUNK, NOTHING, BYTES_1_TAG, chunk, SUCCESS_2_TRUE);
  }

  private static Flux<ByteBuf> around(
      Kind kind, byte[] before, int dataTag, Chunk chunk, byte[] after) {
    // A default is not written: an empty chunk is an absent field.
    byte[] dataHeader = chunk.size() == 0 ? NOTHING : header(dataTag, chunk.size());
    int inner = before.length + dataHeader.length + chunk.size() + after.length;
    byte[] innerHeader = header(kind.tag(), inner);
    byte[] length = Varint.encode(innerHeader.length + (long) inner);
    int pieces = (chunk.size() + PIECE_BYTES - 1) / PIECE_BYTES;
    return Flux.range(-1, 1 + pieces + (after.length > 0 ? 1 : 0))
        .map(
            i -> {
              if (i < 0) {
                return Unpooled.wrappedBuffer(length, innerHeader, before, dataHeader);
              }
              return i < pieces
                  ? piece(chunk.data(), i * PIECE_BYTES)
                  : Unpooled.wrappedBuffer(after);
            });
  }

  private static ByteBuf piece(ByteBuffer data, int offset) {
    int count = Math.min(PIECE_BYTES, data.remaining() - offset);
    return Unpooled.wrappedBuffer(data.slice(offset, count));
  }

  private static byte[] header(int tag, int length) {
    byte[] header = new byte[1 + Varint.size(length)];
    header[0] = (byte) tag;
    Varint.encode(length, header, 1);
    return header;
  }
}
