package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.util.List;

/** What one DHT node asks of another (kad-dht specification, "RPC messages"). */
sealed interface KadRequest {
  /**
   * What the request is about: the bytes of a peer id, of a multihash, or anything a peer made up.
   */
  ByteString key();

  KadMessageType type();

  /** Who is near the key? */
  record FindNode(ByteString key) implements KadRequest {
    static FindNode of(PeerId peer) {
      return new FindNode(ByteString.copyFrom(peer.bytes()));
    }

    static FindNode of(Multihash key) {
      return new FindNode(ByteString.copyFrom(key.bytes()));
    }

    @Override
    public KadMessageType type() {
      return KadMessageType.FIND_NODE;
    }
  }

  /** Who provides the key, and who is near it? */
  record GetProviders(ByteString key) implements KadRequest {
    static GetProviders of(Multihash key) {
      return new GetProviders(ByteString.copyFrom(key.bytes()));
    }

    @Override
    public KadMessageType type() {
      return KadMessageType.GET_PROVIDERS;
    }
  }

  /** These peers, of which only the sender counts, provide the key. Is not answered. */
  record AddProvider(ByteString key, List<PeerInfo> providers) implements KadRequest {
    static AddProvider of(Multihash key, PeerInfo provider) {
      return new AddProvider(ByteString.copyFrom(key.bytes()), List.of(provider));
    }

    @Override
    public KadMessageType type() {
      return KadMessageType.ADD_PROVIDER;
    }
  }

  /** What value does the key have, and who is near it? */
  record GetValue(ByteString key) implements KadRequest {
    @Override
    public KadMessageType type() {
      return KadMessageType.GET_VALUE;
    }
  }

  /** Keep a value. */
  record PutValue(ValueRecord record) implements KadRequest {
    @Override
    public ByteString key() {
      return record.key();
    }

    @Override
    public KadMessageType type() {
      return KadMessageType.PUT_VALUE;
    }
  }

  /** Are you there? Deprecated: answered, never sent. */
  record Ping() implements KadRequest {
    @Override
    public ByteString key() {
      return ByteString.EMPTY;
    }

    @Override
    public KadMessageType type() {
      return KadMessageType.PING;
    }
  }
}
