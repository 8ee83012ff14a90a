package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The protobuf form {@code {Type = 1, Data = 2}} that public and private keys share, written and
 * read deterministically: it is hashed, and two forms of one key would be two peers.
 */
@SuppressWarnings("ArrayRecordComponent") // It lives within one call.
record KeyMessage(KeyType type, byte[] data) {
  private static final byte TYPE_TAG = 0x08;
  private static final byte DATA_TAG = 0x12;

  /**
   * Reads {@code bytes}, which hold nothing else.
   *
   * @param what "public key" or "private key", for messages
   * @throws MalformedEncodingException where they are anything else, or the data are longer than
   *     {@code maxDataBytes}
   */
  static KeyMessage decode(byte[] bytes, String what, int maxDataBytes) {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    if (source.remaining() < 4 || source.get() != TYPE_TAG) {
      throw new MalformedEncodingException(what + " does not begin with its type");
    }
    long code = Varint.decode(source);
    KeyType type =
        Arrays.stream(KeyType.values())
            .filter(candidate -> candidate.code() == code)
            .findFirst()
            .orElseThrow(() -> new MalformedEncodingException("unknown key type " + code));
    if (!source.hasRemaining() || source.get() != DATA_TAG) {
      throw new MalformedEncodingException(what + " has no data");
    }
    long length = Varint.decode(source);
    if (length > maxDataBytes || length != source.remaining()) {
      throw new MalformedEncodingException(
          what + " names " + length + " bytes and carries " + source.remaining());
    }
    byte[] data = new byte[(int) length];
    source.get(data);
    return new KeyMessage(type, data);
  }

  byte[] encode() {
    byte[] bytes = new byte[3 + Varint.size(data.length) + data.length];
    bytes[0] = TYPE_TAG;
    bytes[1] = (byte) type.code();
    bytes[2] = DATA_TAG;
    int offset = Varint.encode(data.length, bytes, 3);
    System.arraycopy(data, 0, bytes, offset, data.length);
    return bytes;
  }
}
