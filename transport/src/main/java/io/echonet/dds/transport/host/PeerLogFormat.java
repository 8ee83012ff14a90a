package io.echonet.dds.transport.host;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PublicKey;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a file of peers: a peer id, then all that is known of the peer in place of what an
 * earlier entry said, or nothing where it is forgotten. Numbers are big endian; ids, addresses,
 * keys and texts stand behind two bytes of length.
 */
final class PeerLogFormat {
  static final int MAX_ENTRY_BYTES = 64 * 1024;

  private static final byte KNOWN = 1;
  private static final byte FORGOTTEN = 2;

  /** How sources are written; never to be changed. */
  private static final Map<AddressSource, Integer> SOURCE_BITS =
      Map.of(AddressSource.DIALLED, 1, AddressSource.CERTIFIED, 2, AddressSource.TOLD, 4);

  private static final AddressSource[] SOURCES = {
    AddressSource.DIALLED, AddressSource.CERTIFIED, AddressSource.TOLD
  };

  /**
   * What an entry says.
   *
   * @param state null where the peer is forgotten
   */
  record Entry(PeerId peer, @Nullable PeerState state) {}

  private PeerLogFormat() {}

  /** The bytes of an entry; hearsay is left out. */
  static byte[] encode(Entry entry) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      PeerState state = entry.state();
      out.writeByte(state == null ? FORGOTTEN : KNOWN);
      write(out, entry.peer().bytes());
      if (state != null) {
        write(out, state);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, PeerState state) throws IOException {
    Map<Multiaddr, Map<AddressSource, Long>> kept = new LinkedHashMap<>();
    state
        .addresses()
        .forEach(
            (address, expiries) -> {
              Map<AddressSource, Long> own = new EnumMap<>(AddressSource.class);
              own.putAll(expiries);
              own.remove(AddressSource.HEARD);
              if (!own.isEmpty()) {
                kept.put(address, own);
              }
            });
    out.writeShort(kept.size());
    for (Map.Entry<Multiaddr, Map<AddressSource, Long>> address : kept.entrySet()) {
      write(out, address.getKey().bytes());
      out.writeByte(address.getValue().keySet().stream().mapToInt(SOURCE_BITS::get).sum());
      for (AddressSource source : SOURCES) {
        Long expiry = address.getValue().get(source);
        if (expiry != null) {
          out.writeLong(expiry);
        }
      }
    }
    out.writeShort(state.protocols().size());
    for (String protocol : state.protocols()) {
      write(out, protocol.getBytes(StandardCharsets.UTF_8));
    }
    write(out, state.publicKey().map(PublicKey::encode).orElseGet(() -> new byte[0]));
    write(out, state.agentVersion().orElse("").getBytes(StandardCharsets.UTF_8));
    write(out, state.envelope().toByteArray());
    out.writeLong(state.latencyNanos());
    out.writeDouble(state.score().successes());
    out.writeDouble(state.score().failures());
    out.writeLong(state.score().at());
  }

  private static void write(DataOutputStream out, byte[] field) throws IOException {
    out.writeShort(field.length);
    out.write(field);
  }

  /** Empty where {@code body} makes no sense. */
  static Optional<Entry> decode(byte[] body) {
    ByteBuffer source = ByteBuffer.wrap(body);
    try {
      byte type = source.get();
      PeerId peer = PeerId.decode(field(source));
      if (type == FORGOTTEN) {
        return Optional.of(new Entry(peer, null));
      }
      return type == KNOWN ? Optional.of(new Entry(peer, state(source))) : Optional.empty();
    } catch (MalformedEncodingException | BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static PeerState state(ByteBuffer source) {
    Map<Multiaddr, Map<AddressSource, Long>> addresses = new LinkedHashMap<>();
    for (int left = Short.toUnsignedInt(source.getShort()); left > 0; left--) {
      Multiaddr address = Multiaddr.decode(field(source));
      int bits = source.get();
      Map<AddressSource, Long> expiries = new EnumMap<>(AddressSource.class);
      for (AddressSource each : SOURCES) {
        if ((bits & SOURCE_BITS.getOrDefault(each, 0)) != 0) {
          expiries.put(each, source.getLong());
        }
      }
      addresses.put(address, expiries);
    }
    Set<String> protocols = new LinkedHashSet<>();
    for (int left = Short.toUnsignedInt(source.getShort()); left > 0; left--) {
      protocols.add(text(source));
    }
    byte[] key = field(source);
    String agentVersion = text(source);
    return new PeerState(
        addresses,
        protocols,
        key.length == 0 ? Optional.empty() : Optional.of(PublicKey.decode(key)),
        agentVersion.isEmpty() ? Optional.empty() : Optional.of(agentVersion),
        ByteString.copyFrom(field(source)),
        source.getLong(),
        new PeerScore.State(source.getDouble(), source.getDouble(), source.getLong()));
  }

  private static String text(ByteBuffer source) {
    return new String(field(source), StandardCharsets.UTF_8);
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
