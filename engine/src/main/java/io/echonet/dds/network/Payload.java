package io.echonet.dds.network;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Messages parsed so that their chunk bytes stay where they are, in the array that was received.
 */
final class Payload {
  private Payload() {}

  /**
   * Reads {@code message}; bytes fields of the answer refer to it.
   *
   * @throws BadMessageException where it is no message of that type
   */
  static <T extends MessageLite> T parse(Parser<T> parser, byte[] message) {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(message).newCodedInput();
    input.enableAliasing(true);
    try {
      return parser.parseFrom(input);
    } catch (InvalidProtocolBufferException e) {
      throw new BadMessageException("message of " + message.length + " bytes: " + e.getMessage());
    }
  }

  /** As {@link Chunk#verify(Cid, byte[])}, without copying. */
  static Chunk verify(Cid cid, ByteString data) {
    Slice slice = Slice.of(data);
    return Chunk.verify(cid, slice.array, slice.offset, slice.length);
  }

  /** The bytes as an array of their own. */
  static byte[] copy(ByteString data) {
    Slice slice = Slice.of(data);
    return Arrays.copyOfRange(slice.array, slice.offset, slice.offset + slice.length);
  }

  /** Where the bytes of a ByteString are; it has none where it is empty. */
  private static final class Slice extends ByteOutput {
    private byte[] array = new byte[0];
    private int offset;
    private int length;

    static Slice of(ByteString data) {
      Slice slice = new Slice();
      try {
        UnsafeByteOperations.unsafeWriteTo(data, slice);
      } catch (IOException e) {
        throw new IllegalStateException("nothing here does I/O", e);
      }
      return slice;
    }

    @Override
    public void writeLazy(byte[] value, int at, int count) {
      array = value;
      offset = at;
      length = count;
    }

    @Override
    public void write(byte[] value, int at, int count) {
      writeLazy(value.clone(), at, count);
    }

    @Override
    public void write(byte value) {
      writeLazy(new byte[] {value}, 0, 1);
    }

    @Override
    public void write(ByteBuffer value) {
      byte[] copy = new byte[value.remaining()];
      value.get(copy);
      writeLazy(copy, 0, copy.length);
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      write(value);
    }
  }
}
