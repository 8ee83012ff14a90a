package io.echonet.dds.integration.daemon;

import com.google.protobuf.CodedOutputStream;
import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** What the daemon answers: messages, each behind its length. */
final class ControlResponse {
  private static final int OK = 0;
  private static final int ERROR = 1;
  private static final int BEGIN = 0;
  private static final int VALUE = 1;
  private static final int END = 2;

  private static final int ERROR_FIELD = 2;
  private static final int STREAM_FIELD = 3;
  private static final int IDENTIFY_FIELD = 4;
  private static final int DHT_FIELD = 5;
  private static final int PEERS_FIELD = 6;

  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private ControlResponse() {}

  static byte[] ok() {
    return delimited(message(out -> out.writeEnum(1, OK)));
  }

  static byte[] error(String reason) {
    return delimited(
        message(
            out -> {
              out.writeEnum(1, ERROR);
              out.writeByteArray(ERROR_FIELD, message(error -> error.writeString(1, reason)));
            }));
  }

  static byte[] identity(PeerId peer, List<Multiaddr> addresses) {
    return okWith(IDENTIFY_FIELD, peer(peer, addresses));
  }

  static byte[] peers(List<PeerId> peers) {
    return delimited(
        message(
            out -> {
              out.writeEnum(1, OK);
              for (PeerId peer : peers) {
                out.writeByteArray(PEERS_FIELD, peer(peer, List.of()));
              }
            }));
  }

  /** That a stream is open: it follows on the same connection. */
  static byte[] stream(Connection connection, String protocol) {
    return okWith(STREAM_FIELD, streamMessage(connection, protocol));
  }

  /** What goes before a stream that a peer opened. */
  static byte[] streamInfo(Connection connection, String protocol) {
    return delimited(streamMessage(connection, protocol));
  }

  static byte[] value(byte[] value) {
    return okWith(DHT_FIELD, dht(VALUE, out -> out.writeByteArray(3, value)));
  }

  static byte[] peer(PeerInfo peer) {
    return okWith(DHT_FIELD, dht(VALUE, peerField(peer)));
  }

  /** Before the answers of a search. */
  static byte[] begin() {
    return okWith(DHT_FIELD, dht(BEGIN, out -> {}));
  }

  /** One answer of a search for providers. */
  static byte[] found(PeerInfo peer) {
    return delimited(dht(VALUE, peerField(peer)));
  }

  /** One answer of a search for the peers nearest to a key. */
  static byte[] found(PeerId peer) {
    return delimited(dht(VALUE, out -> out.writeByteArray(3, peer.bytes())));
  }

  /** After the answers of a search. */
  static byte[] end() {
    return delimited(dht(END, out -> {}));
  }

  private static Fields peerField(PeerInfo peer) {
    return out -> out.writeByteArray(2, peer(peer.id(), peer.addresses()));
  }

  private static byte[] okWith(int field, byte[] body) {
    return delimited(
        message(
            out -> {
              out.writeEnum(1, OK);
              out.writeByteArray(field, body);
            }));
  }

  private static byte[] dht(int type, Fields fields) {
    return message(
        out -> {
          out.writeEnum(1, type);
          fields.writeTo(out);
        });
  }

  private static byte[] peer(PeerId peer, List<Multiaddr> addresses) {
    return message(
        out -> {
          out.writeByteArray(1, peer.bytes());
          for (Multiaddr address : addresses) {
            out.writeByteArray(2, address.bytes());
          }
        });
  }

  private static byte[] streamMessage(Connection connection, String protocol) {
    return message(
        out -> {
          out.writeByteArray(1, connection.remotePeer().bytes());
          out.writeByteArray(2, connection.remoteAddress().bytes());
          out.writeString(3, protocol);
        });
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] delimited(byte[] message) {
    byte[] length = Varint.encode(message.length);
    byte[] bytes = new byte[length.length + message.length];
    System.arraycopy(length, 0, bytes, 0, length.length);
    System.arraycopy(message, 0, bytes, length.length, message.length);
    return bytes;
  }
}
