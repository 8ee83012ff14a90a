package io.echonet.dds.network;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.proto.DdsRequest;
import io.echonet.dds.proto.DdsResponse;
import io.echonet.dds.proto.FindProvidersResponse;
import io.echonet.dds.proto.ProofRequest;
import io.echonet.dds.proto.ProofResponse;
import io.echonet.dds.proto.ReplicationInstruction;
import io.echonet.dds.proto.ReplicationResponse;
import io.echonet.dds.proto.StoreChunkRequest;
import io.echonet.dds.proto.StoreChunkResponse;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What this node answers to each kind of request, from its store and its discovery. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private final PeerId self;
  private final StorageProvider store;
  private final Discovery discovery;
  private final StorePolicy policy;
  private final ReplicationRequests replications;
  private final NetworkConfig config;
  private final Scheduler hashing;
  private final Scheduler timer;
  private final FairBudget outbound;
  private final SendTurns turns;
  private final AtomicInteger searches = new AtomicInteger();

  Answers(
      PeerId self,
      StorageProvider store,
      Discovery discovery,
      StorePolicy policy,
      ReplicationRequests replications,
      NetworkConfig config,
      Scheduler hashing,
      Scheduler timer) {
    this.self = self;
    this.store = store;
    this.discovery = discovery;
    this.policy = policy;
    this.replications = replications;
    this.config = config;
    this.hashing = hashing;
    this.timer = timer;
    this.outbound = new FairBudget(config.maxOutboundBytes());
    this.turns = new SendTurns(config.chunksSentAtOnce(), timer);
  }

  /**
   * Answers {@code request} of {@code peer}; an unknown or absent kind is an error, not an answer.
   */
  Mono<Void> answer(PeerId peer, DdsRequest request, Responder responder) {
    return switch (request.getRequestCase()) {
      case STORE_CHUNK ->
          responded(
              Kind.STORE_CHUNK,
              storeChunk(peer, request.getStoreChunk()).map(Frames::of),
              responder);
      case RETRIEVE_CHUNK ->
          turns.inTurn(
              peer,
              turn ->
                  retrieveChunk(
                          peer,
                          request.getRetrieveChunk().getCid(),
                          pieces -> responder.send(pieces.doOnNext(piece -> turn.progressed())))
                      // Whoever asks gives up after as long, and what it may hold here is bounded.
                      .timeout(config.exchangeTimeout(), timer));
      case FIND_PROVIDERS ->
          responded(
              Kind.FIND_PROVIDERS,
              findProviders(request.getFindProviders().getCid()).map(Frames::of),
              responder);
      case REPLICATE ->
          responded(
              Kind.REPLICATE, replicate(peer, request.getReplicate()).map(Frames::of), responder);
      case PROVE ->
          responded(Kind.PROVE, prove(peer, request.getProve()).map(Frames::of), responder);
      case REQUEST_NOT_SET -> Mono.error(new BadMessageException("request kind unknown or absent"));
    };
  }

  /** Answers a request that was not let in. */
  Mono<Void> busy(Kind kind, Responder responder) {
    return responder.send(
        Frames.of(kind.failure(ErrorCode.BUSY, "too many requests are being answered")));
  }

  private static Mono<Void> responded(
      Kind kind, Mono<Flux<io.netty.buffer.ByteBuf>> response, Responder responder) {
    return response
        .onErrorResume(error -> Mono.just(Frames.of(failure(kind, error))))
        .flatMap(responder::send);
  }

  private static DdsResponse failure(Kind kind, Throwable error) {
    if (error instanceof RejectedException rejected) {
      return kind.failure(rejected.code(), String.valueOf(rejected.getMessage()));
    }
    if (error instanceof StorageFullException) {
      return kind.failure(ErrorCode.STORAGE_FULL, "no room left");
    }
    // Messages of our own exceptions name paths and the like, which are nobody else's business.
    LOG.warn("Could not answer {}: {}", kind, error.toString());
    LOG.debug("Could not answer {}", kind, error);
    return kind.failure(ErrorCode.INTERNAL, error.getClass().getSimpleName());
  }

  private Mono<DdsResponse> storeChunk(PeerId peer, StoreChunkRequest request) {
    return Mono.fromCallable(() -> accept(peer, request))
        .subscribeOn(hashing)
        .flatMap(
            chunk ->
                keep(chunk)
                    .then(
                        Mono.fromSupplier(
                            () ->
                                DdsResponse.newBuilder()
                                    .setStoreChunk(StoreChunkResponse.newBuilder().setSuccess(true))
                                    .build())));
  }

  /**
   * Stores and announces, though whoever asked for it may leave meanwhile: what the store has begun
   * it finishes, and what is held must be announced.
   */
  private Mono<Void> keep(Chunk chunk) {
    Mono<Void> kept =
        store
            .store(chunk, Holding.FOR_OTHERS)
            .then(Mono.<Void>fromRunnable(() -> discovery.announce(chunk)))
            .cache();
    kept.subscribe(nothing -> {}, failure -> LOG.debug("Could not keep {}", chunk, failure));
    return kept;
  }

  /** The checks of PROTOCOL section 2, in its order. */
  private Chunk accept(PeerId peer, StoreChunkRequest request) {
    Cid cid = cid(request.getCid());
    Chunk chunk = IncomingChunk.check(cid, request.getChunkData());
    checkPolicy(peer, cid, chunk.size());
    return chunk;
  }

  private void checkPolicy(PeerId peer, Cid cid, long bytes) {
    if (!policy.accepts(peer, cid, bytes)) {
      throw new RejectedException(ErrorCode.REFUSED, "this node does not keep that for others");
    }
  }

  private Mono<Void> retrieveChunk(PeerId peer, String text, Responder responder) {
    Kind kind = Kind.RETRIEVE_CHUNK;
    return Mono.using(
        () -> outbound.share(peer),
        held ->
            responded(
                kind,
                Mono.fromCallable(
                        () -> {
                          Cid cid = cid(text);
                          held.take(Chunk.MAX_BYTES);
                          return cid;
                        })
                    .flatMap(this::held)
                    .map(
                        chunk -> {
                          held.take(chunk.size());
                          return Frames.retrieveResponse(chunk);
                        }),
                responder),
        FairBudget.Share::release);
  }

  private Mono<Chunk> held(Cid cid) {
    return store
        .retrieve(cid)
        .switchIfEmpty(
            Mono.error(() -> new RejectedException(ErrorCode.NOT_FOUND, "not held here: " + cid)));
  }

  private Mono<DdsResponse> findProviders(String text) {
    return Mono.defer(
        () -> {
          Cid cid = cid(text);
          if (searches.incrementAndGet() > config.maxInboundSearches()) {
            searches.decrementAndGet();
            throw new RejectedException(ErrorCode.BUSY, "too many searches are under way");
          }
          return search(cid).doFinally(end -> searches.decrementAndGet());
        });
  }

  /** This node first, so that the list names it however many others there are. */
  private Mono<DdsResponse> search(Cid cid) {
    Flux<PeerId> here = store.has(cid).filter(Boolean::booleanValue).map(held -> self).flux();
    Flux<PeerId> others =
        discovery
            .findProviders(cid)
            .map(PeerInfo::id)
            .take(config.findProvidersTimeout(), timer)
            .onErrorComplete();
    return Flux.concat(here, others)
        .take(config.maxProvidersListed())
        .collect(LinkedHashSet<PeerId>::new, Set::add)
        .map(
            peers -> {
              FindProvidersResponse.Builder response =
                  FindProvidersResponse.newBuilder().setSuccess(true);
              peers.forEach(peer -> response.addPeerIds(peer.toString()));
              return DdsResponse.newBuilder().setFindProviders(response).build();
            });
  }

  private Mono<DdsResponse> replicate(PeerId peer, ReplicationInstruction instruction) {
    return Mono.defer(
        () -> {
          Cid cid = cid(instruction.getCid());
          Optional<PeerId> source = source(instruction.getSourcePeerIdHint());
          checkPolicy(peer, cid, 0);
          return isWhole(peer, cid)
              .map(
                  held -> {
                    if (!held && !replications.accept(peer, cid, source)) {
                      throw new RejectedException(
                          ErrorCode.BUSY, "too many replications are waiting");
                    }
                    return DdsResponse.newBuilder()
                        .setReplicate(ReplicationResponse.newBuilder().setSuccess(true))
                        .build();
                  });
        });
  }

  /** Reads the copy: one that has rotted is to be fetched anew. */
  private Mono<Boolean> isWhole(PeerId peer, Cid cid) {
    return Mono.using(
        () -> outbound.share(peer),
        held ->
            Mono.fromRunnable(() -> held.take(Chunk.MAX_BYTES))
                .then(store.retrieve(cid).hasElement())
                .onErrorReturn(IntegrityException.class, false),
        FairBudget.Share::release);
  }

  private static Optional<PeerId> source(String hint) {
    try {
      return hint.isEmpty() ? Optional.empty() : Optional.of(PeerId.parse(hint));
    } catch (MalformedEncodingException e) {
      throw new RejectedException(ErrorCode.BAD_REQUEST, e.getMessage());
    }
  }

  private Mono<DdsResponse> prove(PeerId peer, ProofRequest request) {
    return Mono.defer(
        () -> {
          Cid cid = cid(request.getCid());
          if (request.getNonce().size() != Proof.NONCE_BYTES) {
            throw new RejectedException(
                ErrorCode.BAD_REQUEST,
                "a nonce of " + request.getNonce().size() + " bytes instead of 32");
          }
          byte[] nonce = Payload.copy(request.getNonce());
          return Mono.using(
              () -> outbound.share(peer),
              held -> prove(cid, nonce, held),
              FairBudget.Share::release);
        });
  }

  private Mono<DdsResponse> prove(Cid cid, byte[] nonce, FairBudget.Share held) {
    return Mono.fromRunnable(() -> held.take(Chunk.MAX_BYTES))
        .then(held(cid))
        .doOnNext(chunk -> held.take(chunk.size()))
        .publishOn(hashing)
        .map(
            chunk -> {
              ByteString proof = UnsafeByteOperations.unsafeWrap(Proof.of(chunk, nonce));
              return DdsResponse.newBuilder()
                  .setProve(ProofResponse.newBuilder().setProof(proof).setSuccess(true))
                  .build();
            });
  }

  private static Cid cid(String text) {
    try {
      return Cid.parse(text);
    } catch (MalformedEncodingException e) {
      throw new RejectedException(ErrorCode.INVALID_CID, e.getMessage());
    }
  }
}
