package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.proto.libp2p.KadProto;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.StreamException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of requests and responses, without the length before them.
 *
 * <p>Reading is lenient where others may know more than we do: a peer or address that can't be read
 * is left out, an unknown field is passed over. It is strict where memory is at stake.
 */
final class KadCodec {
  /*
   * A message of 4 MiB could name a million peers of four bytes each, and their objects would take a hundred megabytes.
   * So the outer message is walked by hand, peers past the limit are skipped unparsed, and a peer's own bytes are parsed
   * only where they are few.
   */

  /** A peer entry larger than this is passed over: 16 addresses of the greatest length fit. */
  private static final int MAX_PEER_BYTES = 20 * 1024;

  /** A record larger than this is passed over. */
  static final int MAX_RECORD_BYTES = 64 * 1024;

  /** What the addresses of one peer may take of a response, in bytes. */
  private static final int MAX_ADDRESS_BYTES_SENT = 512;

  private static final int TYPE_TAG = tag(KadProto.Message.TYPE_FIELD_NUMBER, 0);
  private static final int KEY_TAG = tag(KadProto.Message.KEY_FIELD_NUMBER, 2);
  private static final int RECORD_TAG = tag(KadProto.Message.RECORD_FIELD_NUMBER, 2);
  private static final int CLOSER_TAG = tag(KadProto.Message.CLOSERPEERS_FIELD_NUMBER, 2);
  private static final int PROVIDER_TAG = tag(KadProto.Message.PROVIDERPEERS_FIELD_NUMBER, 2);

  private final int maxPeers;
  private final int maxAddresses;

  private record Message(
      int type,
      ByteString key,
      List<PeerInfo> closer,
      List<PeerInfo> providers,
      Optional<ValueRecord> record) {}

  /**
   * @param maxPeers how many peers of each list of a message are read
   * @param maxAddresses how many addresses of a peer are read or written
   */
  KadCodec(int maxPeers, int maxAddresses) {
    this.maxPeers = maxPeers;
    this.maxAddresses = maxAddresses;
  }

  byte[] encode(KadRequest request) {
    KadProto.Message.Builder message =
        KadProto.Message.newBuilder().setTypeValue(request.type().number()).setKey(request.key());
    if (request instanceof KadRequest.AddProvider announcement) {
      announcement.providers().forEach(peer -> message.addProviderPeers(encode(peer)));
    } else if (request instanceof KadRequest.PutValue put) {
      message.setRecord(encode(put.record()));
    }
    return message.build().toByteArray();
  }

  /**
   * The bytes of {@code response}, at most {@code maxBytes} of them: what does not fit is left out,
   * the value last, of the providers first, but not before they take two thirds.
   */
  byte[] encode(KadResponse response, int maxBytes) {
    KadProto.Message.Builder message =
        KadProto.Message.newBuilder().setTypeValue(response.type().number()).setKey(response.key());
    response
        .record()
        .map(KadCodec::encode)
        .filter(record -> sizeWith(message, record) <= maxBytes)
        .ifPresent(message::setRecord);
    int size = message.buildPartial().getSerializedSize();
    int forProviders = Math.max(size, maxBytes - maxBytes / 3);
    for (PeerInfo provider : response.providers()) {
      KadProto.Message.Peer peer = encode(provider);
      int bytes =
          CodedOutputStream.computeMessageSize(KadProto.Message.PROVIDERPEERS_FIELD_NUMBER, peer);
      if (size + bytes > forProviders) {
        break;
      }
      size += bytes;
      message.addProviderPeers(peer);
    }
    for (PeerInfo closer : response.closer()) {
      KadProto.Message.Peer peer = encode(closer);
      int bytes =
          CodedOutputStream.computeMessageSize(KadProto.Message.CLOSERPEERS_FIELD_NUMBER, peer);
      if (size + bytes > maxBytes) {
        break;
      }
      size += bytes;
      message.addCloserPeers(peer);
    }
    return message.build().toByteArray();
  }

  private static int sizeWith(KadProto.Message.Builder message, KadProto.Record record) {
    return message.buildPartial().getSerializedSize()
        + CodedOutputStream.computeMessageSize(KadProto.Message.RECORD_FIELD_NUMBER, record);
  }

  private static KadProto.Record encode(ValueRecord record) {
    return KadProto.Record.newBuilder()
        .setKey(record.key())
        .setValue(record.value())
        .setTimeReceived(record.timeReceived())
        .build();
  }

  private KadProto.Message.Peer encode(PeerInfo peer) {
    KadProto.Message.Peer.Builder encoded =
        KadProto.Message.Peer.newBuilder().setId(ByteString.copyFrom(peer.id().bytes()));
    int bytes = 0;
    for (Multiaddr address : peer.addresses()) {
      byte[] addressBytes = address.bytes();
      bytes += addressBytes.length;
      if (encoded.getAddrsCount() == maxAddresses || bytes > MAX_ADDRESS_BYTES_SENT) {
        break;
      }
      encoded.addAddrs(ByteString.copyFrom(addressBytes));
    }
    return encoded.build();
  }

  /**
   * Reads a request.
   *
   * @throws StreamException where the bytes are malformed or of no known type
   */
  KadRequest decodeRequest(byte[] bytes) {
    Message message = decode(bytes);
    return switch (KadMessageType.numbered(message.type())) {
      case FIND_NODE -> new KadRequest.FindNode(message.key());
      case GET_PROVIDERS -> new KadRequest.GetProviders(message.key());
      case ADD_PROVIDER -> new KadRequest.AddProvider(message.key(), message.providers());
      case GET_VALUE -> new KadRequest.GetValue(message.key());
      case PUT_VALUE -> new KadRequest.PutValue(recordOf(message));
      case PING -> new KadRequest.Ping();
    };
  }

  private static ValueRecord recordOf(Message message) {
    return message
        .record()
        .filter(record -> record.key().equals(message.key()))
        .orElseThrow(() -> new StreamException("PUT_VALUE without a record of its key"));
  }

  /**
   * Reads a response.
   *
   * @throws StreamException where the bytes are malformed or of no known type
   */
  KadResponse decodeResponse(byte[] bytes) {
    Message message = decode(bytes);
    return new KadResponse(
        KadMessageType.numbered(message.type()),
        message.key(),
        message.closer(),
        message.providers(),
        message.record());
  }

  private Message decode(byte[] bytes) {
    int type = 0;
    ByteString key = ByteString.EMPTY;
    List<PeerInfo> closer = new ArrayList<>();
    List<PeerInfo> providers = new ArrayList<>();
    Optional<ValueRecord> record = Optional.empty();
    try {
      CodedInputStream source = CodedInputStream.newInstance(bytes);
      for (int tag = source.readTag(); tag != 0; tag = source.readTag()) {
        if (tag == TYPE_TAG) {
          type = source.readEnum();
        } else if (tag == KEY_TAG) {
          key = readKey(source);
        } else if (tag == RECORD_TAG) {
          record = readRecord(source);
        } else if (tag == CLOSER_TAG) {
          readPeer(source, closer);
        } else if (tag == PROVIDER_TAG) {
          readPeer(source, providers);
        } else if (!source.skipField(tag)) {
          throw new StreamException("malformed kad message: a group ends that has not begun");
        }
      }
    } catch (IOException e) {
      throw new StreamException("malformed kad message: " + e.getMessage(), e);
    }
    return new Message(type, key, closer, providers, record);
  }

  /** No key is that long, and what an answer says is kept for as long as it waits to be read. */
  private static ByteString readKey(CodedInputStream source) throws IOException {
    int length = source.readRawVarint32();
    if (length > MAX_RECORD_BYTES) {
      source.skipRawBytes(length);
      return ByteString.EMPTY;
    }
    return ByteString.copyFrom(source.readRawBytes(length));
  }

  private static Optional<ValueRecord> readRecord(CodedInputStream source) throws IOException {
    int length = source.readRawVarint32();
    if (length > MAX_RECORD_BYTES) {
      source.skipRawBytes(length);
      return Optional.empty();
    }
    KadProto.Record record = KadProto.Record.parseFrom(source.readRawBytes(length));
    return Optional.of(
        new ValueRecord(record.getKey(), record.getValue(), record.getTimeReceived()));
  }

  private void readPeer(CodedInputStream source, List<PeerInfo> peers) throws IOException {
    int length = source.readRawVarint32();
    if (peers.size() >= maxPeers || length > MAX_PEER_BYTES) {
      source.skipRawBytes(length);
    } else {
      decodePeer(source.readRawBytes(length)).ifPresent(peers::add);
    }
  }

  private Optional<PeerInfo> decodePeer(byte[] bytes) throws InvalidProtocolBufferException {
    KadProto.Message.Peer peer = KadProto.Message.Peer.parseFrom(bytes);
    PeerId id;
    try {
      id = PeerId.decode(peer.getId().toByteArray());
    } catch (MalformedEncodingException e) {
      return Optional.empty();
    }
    List<Multiaddr> addresses = new ArrayList<>();
    for (ByteString address : peer.getAddrsList()) {
      if (addresses.size() == maxAddresses) {
        break;
      }
      decodeAddress(address, id)
          .filter(decoded -> !addresses.contains(decoded))
          .ifPresent(addresses::add);
    }
    return Optional.of(new PeerInfo(id, addresses));
  }

  /**
   * The address without the peer at its end; empty where that is another peer, or it can't be read.
   */
  private static Optional<Multiaddr> decodeAddress(ByteString bytes, PeerId owner) {
    try {
      Multiaddr address = Multiaddr.decode(bytes.toByteArray());
      Optional<PeerId> named = address.peerId();
      return named.isPresent() && (!named.get().equals(owner) || address.components().size() == 1)
          ? Optional.empty()
          : Optional.of(address.withoutPeerId());
    } catch (MalformedEncodingException e) {
      return Optional.empty();
    }
  }

  private static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }
}
