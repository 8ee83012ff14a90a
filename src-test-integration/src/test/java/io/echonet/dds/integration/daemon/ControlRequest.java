package io.echonet.dds.integration.daemon;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client asks of the daemon, one on each connection to its control port.
 *
 * @param subtype which question to the DHT; -1 where it is none
 */
record ControlRequest(
    int type,
    int subtype,
    ByteString peer,
    List<ByteString> addresses,
    List<String> protocols,
    ByteString cid,
    ByteString key,
    ByteString value,
    int count) {
  static final int IDENTIFY = 0;
  static final int CONNECT = 1;
  static final int STREAM_OPEN = 2;
  static final int STREAM_HANDLER = 3;
  static final int DHT = 4;
  static final int LIST_PEERS = 5;
  static final int DISCONNECT = 7;

  static final int DHT_FIND_PEER = 0;
  static final int DHT_FIND_PROVIDERS = 2;
  static final int DHT_CLOSEST_PEERS = 3;
  static final int DHT_GET_VALUE = 5;
  static final int DHT_PUT_VALUE = 7;
  static final int DHT_PROVIDE = 8;

  private static final int TYPE_FIELD = 1;

  /**
   * @throws IOException where the bytes are no request
   */
  static ControlRequest decode(byte[] bytes) throws IOException {
    Reading reading = new Reading();
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      if (field == TYPE_FIELD) {
        reading.type = in.readEnum();
      } else if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        reading.readBody(field - 1, CodedInputStream.newInstance(in.readByteArray()));
      } else {
        in.skipField(tag);
      }
    }
    return reading.request();
  }

  PeerId peerId() {
    return PeerId.decode(peer.toByteArray());
  }

  List<Multiaddr> multiaddrs() {
    return addresses.stream().map(address -> Multiaddr.decode(address.toByteArray())).toList();
  }

  /** The hash within a CID of version 0, which is nothing else, or 1. */
  Multihash cidHash() {
    ByteBuffer rest = ByteBuffer.wrap(cid.toByteArray());
    if (rest.remaining() > 1 && rest.get(0) == 1) {
      rest.get();
      Varint.decode(rest);
    }
    byte[] hash = new byte[rest.remaining()];
    rest.get(hash);
    return Multihash.decode(hash);
  }

  /** The fields read so far. The message of a type has the number of that type and one more. */
  private static final class Reading {
    private int type;
    private int subtype = -1;
    private ByteString peer = ByteString.EMPTY;
    private final List<ByteString> addresses = new ArrayList<>();
    private final List<String> protocols = new ArrayList<>();
    private ByteString cid = ByteString.EMPTY;
    private ByteString key = ByteString.EMPTY;
    private ByteString value = ByteString.EMPTY;
    private int count = 20;

    void readBody(int body, CodedInputStream in) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        int field = WireFormat.getTagFieldNumber(tag);
        switch (body) {
          case CONNECT, STREAM_OPEN, DISCONNECT -> readTarget(body, field, tag, in);
          case STREAM_HANDLER -> readHandler(field, tag, in);
          case DHT -> readDht(field, tag, in);
          default -> in.skipField(tag);
        }
      }
    }

    private void readTarget(int body, int field, int tag, CodedInputStream in) throws IOException {
      if (field == 1) {
        peer = in.readBytes();
      } else if (field == 2 && body == CONNECT) {
        addresses.add(in.readBytes());
      } else if (field == 2 && body == STREAM_OPEN) {
        protocols.add(in.readString());
      } else {
        in.skipField(tag);
      }
    }

    private void readHandler(int field, int tag, CodedInputStream in) throws IOException {
      switch (field) {
        case 1 -> addresses.add(in.readBytes());
        case 2 -> protocols.add(in.readString());
        default -> in.skipField(tag);
      }
    }

    private void readDht(int field, int tag, CodedInputStream in) throws IOException {
      switch (field) {
        case 1 -> subtype = in.readEnum();
        case 2 -> peer = in.readBytes();
        case 3 -> cid = in.readBytes();
        case 4 -> key = in.readBytes();
        case 5 -> value = in.readBytes();
        case 6 -> count = in.readInt32();
        default -> in.skipField(tag);
      }
    }

    ControlRequest request() {
      return new ControlRequest(
          type,
          subtype,
          peer,
          List.copyOf(addresses),
          List.copyOf(protocols),
          cid,
          key,
          value,
          count);
    }
  }
}
