package io.echonet.dds.network;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.InvalidManifestException;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.proto.DdsRequest;
import io.echonet.dds.proto.DdsResponse;
import io.echonet.dds.proto.FindProvidersRequest;
import io.echonet.dds.proto.ProofRequest;
import io.echonet.dds.proto.ReplicationInstruction;
import io.echonet.dds.proto.RetrieveChunkRequest;
import io.echonet.dds.proto.RetrieveChunkResponse;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Scheduler;

/** The network service of one host. */
final class DdsNetworkService implements NetworkService {
  private final Host host;
  private final NetworkConfig config;
  private final Scheduler hashing;
  private final Scheduler timer;
  private final Exchange exchange;
  private final Nonces nonces = new Nonces();

  DdsNetworkService(Host host, NetworkConfig config, Scheduler hashing, Scheduler timer) {
    this.host = host;
    this.config = config;
    this.hashing = hashing;
    this.timer = timer;
    this.exchange = new Exchange(host, config, timer);
  }

  @Override
  public Mono<Void> storeChunk(PeerId peer, Chunk chunk) {
    String what = "StoreChunk " + chunk.cid();
    return ask(peer, Frames.storeRequest(chunk), what, DdsResponse::hasStoreChunk)
        .flatMap(
            envelope -> {
              var response = envelope.getStoreChunk();
              return response.getSuccess()
                  ? Mono.<Void>empty()
                  : declined(peer, what, response.getErrorCode(), response.getErrorMessage());
            });
  }

  @Override
  public Mono<Chunk> retrieveChunk(PeerId peer, Cid cid) {
    return retrieve(peer, cid, NetworkConfig.MAX_CHUNK_MESSAGE_BYTES)
        // Too long for a chunk, yet with the right hash: the name is wrong, or the peer is.
        .onErrorMap(
            InvalidManifestException.class,
            e -> new ExchangeException(peer, Fault.MISBEHAVED, "chunk too long", e));
  }

  @Override
  public Mono<Chunk> retrieveManifest(PeerId peer, Cid cid) {
    return retrieve(peer, cid, NetworkConfig.MAX_MESSAGE_BYTES);
  }

  private Mono<Chunk> retrieve(PeerId peer, Cid cid, int maxBytes) {
    return Mono.defer(
        () -> {
          String what = "RetrieveChunk " + cid;
          DdsRequest request =
              DdsRequest.newBuilder()
                  .setRetrieveChunk(RetrieveChunkRequest.newBuilder().setCid(cid.toString()))
                  .build();
          return exchange
              .ask(peer, Frames.of(request), maxBytes)
              .flatMap(
                  message ->
                      // A failure travels as a value: one that comes after a cancellation would
                      // otherwise be dropped with a warning, though nobody waits for it.
                      Mono.fromCallable(() -> verified(peer, cid, what, message))
                          .subscribeOn(hashing)
                          .<Chunk>dematerialize())
              .onErrorMap(
                  e -> !(e instanceof InvalidManifestException),
                  e -> Exchange.failure(peer, what, e));
        });
  }

  private static Signal<Chunk> verified(PeerId peer, Cid cid, String what, byte[] message) {
    try {
      return Signal.next(verify(peer, cid, what, message));
    } catch (RuntimeException e) {
      return Signal.error(e);
    }
  }

  private static Chunk verify(PeerId peer, Cid cid, String what, byte[] message) {
    DdsResponse envelope = Payload.parse(DdsResponse.parser(), message);
    if (!envelope.hasRetrieveChunk()) {
      throw new BadMessageException("answered with " + envelope.getResponseCase());
    }
    RetrieveChunkResponse response = envelope.getRetrieveChunk();
    if (!response.getSuccess()) {
      throw refusal(peer, what, response.getErrorCode(), response.getErrorMessage());
    }
    return Payload.verify(cid, response.getChunkData());
  }

  @Override
  public Mono<List<PeerId>> findProviders(PeerId peer, Cid cid) {
    String what = "FindProviders " + cid;
    DdsRequest request =
        DdsRequest.newBuilder()
            .setFindProviders(FindProvidersRequest.newBuilder().setCid(cid.toString()))
            .build();
    return ask(peer, Frames.of(request), what, DdsResponse::hasFindProviders)
        .flatMap(
            envelope -> {
              var response = envelope.getFindProviders();
              return response.getSuccess()
                  ? Mono.just(peers(response.getPeerIdsList()))
                  : declined(peer, what, response.getErrorCode(), response.getErrorMessage());
            });
  }

  /** What does not parse is passed over: one wrong name does not spoil the others. */
  private static List<PeerId> peers(List<String> texts) {
    return texts.stream().flatMap(text -> peer(text).stream()).toList();
  }

  private static Optional<PeerId> peer(String text) {
    try {
      return Optional.of(PeerId.parse(text));
    } catch (MalformedEncodingException e) {
      return Optional.empty();
    }
  }

  @Override
  public Mono<Void> replicate(PeerId peer, Cid cid, Optional<PeerId> source) {
    String what = "Replicate " + cid;
    DdsRequest request =
        DdsRequest.newBuilder()
            .setReplicate(
                ReplicationInstruction.newBuilder()
                    .setCid(cid.toString())
                    .setSourcePeerIdHint(source.map(PeerId::toString).orElse("")))
            .build();
    return ask(peer, Frames.of(request), what, DdsResponse::hasReplicate)
        .flatMap(
            envelope -> {
              var response = envelope.getReplicate();
              return response.getSuccess()
                  ? Mono.<Void>empty()
                  : declined(peer, what, response.getErrorCode(), response.getErrorMessage());
            });
  }

  @Override
  public Mono<Boolean> prove(PeerId peer, Chunk chunk) {
    return Mono.fromSupplier(nonces::next).flatMap(nonce -> prove(peer, chunk, nonce));
  }

  private Mono<Boolean> prove(PeerId peer, Chunk chunk, byte[] nonce) {
    String what = "Prove " + chunk.cid();
    ByteString nonceBytes = UnsafeByteOperations.unsafeWrap(nonce);
    DdsRequest request =
        DdsRequest.newBuilder()
            .setProve(ProofRequest.newBuilder().setCid(chunk.cid().toString()).setNonce(nonceBytes))
            .build();
    return ask(peer, Frames.of(request), what, DdsResponse::hasProve)
        .publishOn(hashing)
        .flatMap(
            envelope -> {
              var response = envelope.getProve();
              if (!response.getSuccess()) {
                return declined(peer, what, response.getErrorCode(), response.getErrorMessage());
              }
              byte[] proof = Payload.copy(response.getProof());
              return Mono.just(MessageDigest.isEqual(proof, Proof.of(chunk, nonce)));
            });
  }

  /** Asks for anything but a chunk; no such response is longer than a chunk's. */
  private Mono<DdsResponse> ask(
      PeerId peer, Flux<ByteBuf> request, String what, Predicate<DdsResponse> rightKind) {
    return exchange
        .ask(peer, request, NetworkConfig.MAX_CHUNK_MESSAGE_BYTES)
        .map(message -> Payload.parse(DdsResponse.parser(), message))
        .doOnNext(
            envelope -> {
              if (!rightKind.test(envelope)) {
                throw new BadMessageException("answered with " + envelope.getResponseCase());
              }
            })
        .onErrorMap(e -> Exchange.failure(peer, what, e));
  }

  private static <T> Mono<T> declined(PeerId peer, String what, int code, String message) {
    return Mono.error(refusal(peer, what, code, message));
  }

  private static ExchangeException refusal(PeerId peer, String what, int code, String message) {
    ErrorCode error = ErrorCode.of(code);
    String why = message.isEmpty() ? error.toString() : error + ", " + message;
    return new ExchangeException(peer, error.fault(), what + ": " + why, null);
  }

  @Override
  public Disposable serve(
      StorageProvider store,
      Discovery discovery,
      StorePolicy policy,
      ReplicationRequests replications) {
    Answers answers =
        new Answers(host.id(), store, discovery, policy, replications, config, hashing, timer);
    return host.handle(PROTOCOL, new RequestHandler(config, answers, timer));
  }
}
