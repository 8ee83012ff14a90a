package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The entries of a file of provider records: a type (1 byte), a time (8 bytes, milliseconds) and
 * fields of two bytes of length each. Numbers are big endian.
 */
final class ProviderLogFormat {
  /**
   * What a record takes in the file where key and peer id are sha2-256 or Ed25519; some take a
   * little more.
   */
  static final int RECORD_BYTES = 97;

  static final int MAX_ENTRY_BYTES = 20 * 1024;

  private static final int FIXED_BYTES = 9;
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

  /** The bytes of {@code entry}. */
  static byte[] encode(Entry entry) {
    List<byte[]> fields = new ArrayList<>();
    if (entry instanceof Provides provides) {
      fields.add(provides.key().bytes());
      fields.add(provides.provider().bytes());
    } else if (entry instanceof IsAt isAt) {
      fields.add(isAt.provider().bytes());
      isAt.addresses().stream().limit(MAX_ADDRESSES).map(Multiaddr::bytes).forEach(fields::add);
    }
    ByteBuffer target =
        ByteBuffer.allocate(
            FIXED_BYTES + fields.stream().mapToInt(field -> 2 + field.length).sum());
    target.put(entry instanceof Provides ? RECORD : ADDRESSES);
    target.putLong(entry.time().toEpochMilli());
    fields.forEach(field -> target.putShort((short) field.length).put(field));
    return target.array();
  }

  /** Empty where {@code body} makes no sense. */
  static Optional<Entry> decode(byte[] body) {
    ByteBuffer source = ByteBuffer.wrap(body);
    try {
      byte type = source.get();
      Instant time = Instant.ofEpochMilli(source.getLong());
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
