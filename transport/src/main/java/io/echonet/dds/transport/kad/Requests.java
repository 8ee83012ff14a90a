package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.StreamException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What a server answers to a request. */
final class Requests {
  /** Longer keys are no content's: a multihash of 64 bytes of digest has 66 or 67. */
  private static final int MAX_KEY_BYTES = 80;

  private final KnownPeers known;
  private final ProviderStore providers;
  private final Values values;
  private final KadConfig config;
  private final Random random;

  Requests(
      KnownPeers known, ProviderStore providers, Values values, KadConfig config, Random random) {
    this.known = known;
    this.providers = providers;
    this.values = values;
    this.config = config;
    this.random = random;
  }

  /**
   * The answer to what {@code from} asks; empty where none is due.
   *
   * @throws StreamException or RecordException where the request is refused
   */
  Optional<KadResponse> answer(PeerId from, KadRequest request) {
    if (request instanceof KadRequest.FindNode) {
      return Optional.of(response(request, findNode(from, request.key()), List.of()));
    }
    if (request instanceof KadRequest.GetProviders) {
      return Optional.of(
          response(request, closer(from, request.key()), providersOf(request.key())));
    }
    if (request instanceof KadRequest.AddProvider announcement) {
      add(from, announcement);
      return Optional.empty();
    }
    if (request instanceof KadRequest.GetValue) {
      return Optional.of(response(request, closer(from, request.key()), values.get(request.key())));
    }
    if (request instanceof KadRequest.PutValue put) {
      ValueRecord kept = values.keep(put.key(), put.record().value());
      return Optional.of(response(request, List.of(), Optional.of(kept)));
    }
    return Optional.of(response(request, List.of(), List.of()));
  }

  private static KadResponse response(
      KadRequest request, List<PeerInfo> closer, Optional<ValueRecord> record) {
    return new KadResponse(request.type(), request.key(), closer, List.of(), record);
  }

  private static KadResponse response(
      KadRequest request, List<PeerInfo> closer, List<PeerInfo> providers) {
    return new KadResponse(request.type(), request.key(), closer, providers);
  }

  /**
   * The peers near the key, and before them the very peer that the key names, whoever that is: even
   * this node, the one who asks, or a client. Deployed peers answer so, and it is how a peer's
   * addresses are found.
   */
  private List<PeerInfo> findNode(PeerId from, ByteString key) {
    List<PeerInfo> near = new ArrayList<>(closer(from, key));
    Optional<PeerId> target = peerId(key);
    target
        .map(known::info)
        .filter(peer -> !peer.addresses().isEmpty())
        .ifPresent(
            peer -> {
              near.removeIf(other -> other.id().equals(peer.id()));
              near.add(0, peer);
            });
    return near;
  }

  /** The k peers nearest to the key with their addresses, but for {@code from} and this node. */
  private List<PeerInfo> closer(PeerId from, ByteString key) {
    KadKey target = KadKey.hash(key.toByteArray());
    return known.table().closest(target, config.k() + 1).stream()
        .filter(contact -> !contact.peer().equals(from))
        .limit(config.k())
        .map(contact -> known.info(contact.peer()))
        .filter(peer -> !peer.addresses().isEmpty())
        .toList();
  }

  private List<PeerInfo> providersOf(ByteString key) {
    Optional<Multihash> content = multihash(key);
    if (content.isEmpty()) {
      return List.of();
    }
    List<PeerInfo> found = new ArrayList<>();
    for (PeerInfo provider : providers.providers(content.get(), known.now())) {
      found.add(provider.addresses().isEmpty() ? known.info(provider.id()) : provider);
    }
    // Where not all fit into the answer, each gets its turn.
    Collections.shuffle(found, random);
    return found;
  }

  private void add(PeerId from, KadRequest.AddProvider announcement) {
    Multihash key =
        multihash(announcement.key())
            .orElseThrow(
                () ->
                    new StreamException(
                        "ADD_PROVIDER with a key of "
                            + announcement.key().size()
                            + " bytes that is no multihash"));
    PeerInfo provider =
        announcement.providers().stream()
            .filter(peer -> peer.id().equals(from) && !peer.addresses().isEmpty())
            .findFirst()
            .orElseThrow(
                () -> new StreamException("ADD_PROVIDER without an address of its sender " + from));
    providers.add(key, known.accepted(provider), known.now());
  }

  private static Optional<Multihash> multihash(ByteString key) {
    if (key.size() > MAX_KEY_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(Multihash.decode(key.toByteArray()));
    } catch (MalformedEncodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<PeerId> peerId(ByteString key) {
    if (key.size() > MAX_KEY_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(PeerId.decode(key.toByteArray()));
    } catch (MalformedEncodingException e) {
      return Optional.empty();
    }
  }
}
