package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The bytes of a file of provider records: a header, then entries, each of its length (4 bytes, big
 * endian), the CRC-32C of what follows (4 bytes), a type (1 byte), a time (8 bytes, milliseconds)
 * and fields of two bytes of length each.
 */
final class ProviderLogFormat {
  static final byte[] HEADER = {'d', 'd', 's', '-', 'p', 'r', 'o', 1};

  /** What a record takes where key and peer id are sha2-256 or Ed25519; some take a little more. */
  static final int RECORD_BYTES = 93;

  private static final int FRAME_BYTES = 8;
  private static final int FIXED_BYTES = 9;
  private static final int MAX_ENTRY_BYTES = 20 * 1024;
  private static final int MAX_ADDRESSES = 16;
  private static final byte RECORD = 1;
  private static final byte ADDRESSES = 2;

  /** What an entry says. */
  sealed interface Entry {
    Instant time();
  }

  /** At {@code time}, {@code provider} said that it provides {@code key}. */
  record Provides(Multihash key, PeerId provider, Instant time) implements Entry {}

  /** At {@code time}, {@code provider} said that it is at {@code addresses}. */
  record IsAt(PeerId provider, List<Multiaddr> addresses, Instant time) implements Entry {}

  private ProviderLogFormat() {}

  /** The bytes of {@code entry}; empty where it is too long to be read again. */
  static byte[] encode(Entry entry) {
    List<byte[]> fields = new ArrayList<>();
    if (entry instanceof Provides provides) {
      fields.add(provides.key().bytes());
      fields.add(provides.provider().bytes());
    } else if (entry instanceof IsAt isAt) {
      fields.add(isAt.provider().bytes());
      isAt.addresses().stream().limit(MAX_ADDRESSES).map(Multiaddr::bytes).forEach(fields::add);
    }
    int length = FIXED_BYTES + fields.stream().mapToInt(field -> 2 + field.length).sum();
    if (length > MAX_ENTRY_BYTES) {
      return new byte[0];
    }
    ByteBuffer target = ByteBuffer.allocate(FRAME_BYTES + length);
    target.position(FRAME_BYTES);
    target.put(entry instanceof Provides ? RECORD : ADDRESSES);
    target.putLong(entry.time().toEpochMilli());
    fields.forEach(field -> target.putShort((short) field.length).put(field));
    target.putInt(0, length).putInt(4, checksum(target.array(), FRAME_BYTES, length));
    return target.array();
  }

  /**
   * Reads entries up to the end or to the first that is not whole, however that came about. An
   * entry that is whole and still makes no sense is passed over.
   *
   * @return how many bytes are good, the header included; 0 where that is none of ours
   */
  static long read(InputStream source, Consumer<Entry> entries) throws IOException {
    DataInputStream data = new DataInputStream(source);
    long good = 0;
    try {
      if (!Arrays.equals(data.readNBytes(HEADER.length), HEADER)) {
        return 0;
      }
      good = HEADER.length;
      while (true) {
        int length = data.readInt();
        int checksum = data.readInt();
        if (length < FIXED_BYTES || length > MAX_ENTRY_BYTES) {
          return good;
        }
        byte[] body = data.readNBytes(length);
        if (body.length < length || checksum(body, 0, length) != checksum) {
          return good;
        }
        decode(body).ifPresent(entries);
        good += FRAME_BYTES + length;
      }
    } catch (EOFException e) {
      return good;
    }
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static Optional<Entry> decode(byte[] body) {
    ByteBuffer source = ByteBuffer.wrap(body);
    byte type = source.get();
    Instant time = Instant.ofEpochMilli(source.getLong());
    try {
      if (type == RECORD) {
        Multihash key = Multihash.decode(field(source));
        return Optional.of(new Provides(key, PeerId.decode(field(source)), time));
      }
      if (type == ADDRESSES) {
        PeerId provider = PeerId.decode(field(source));
        List<Multiaddr> addresses = new ArrayList<>();
        while (source.hasRemaining() && addresses.size() < MAX_ADDRESSES) {
          addresses.add(Multiaddr.decode(field(source)));
        }
        return Optional.of(new IsAt(provider, addresses, time));
      }
    } catch (MalformedEncodingException | BufferUnderflowException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static byte[] field(ByteBuffer source) {
    int length = Short.toUnsignedInt(source.getShort());
    if (length > source.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] field = new byte[length];
    source.get(field);
    return field;
  }
}
