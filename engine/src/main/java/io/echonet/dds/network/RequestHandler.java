package io.echonet.dds.network;

import io.echonet.dds.network.Admission.Verdict;
import io.echonet.dds.network.MessageReader.Progress;
import io.echonet.dds.proto.DdsRequest;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamHandler;
import io.netty.buffer.ByteBuf;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/**
 * The answering side of PROTOCOL section 2: reads one request of a stream within its limits,
 * answers it.
 */
final class RequestHandler implements StreamHandler {
  private static final ByteBudget NO_ROOM = new ByteBudget(0);

  private final NetworkConfig config;
  private final Answers answers;
  private final Scheduler timer;
  private final Admission admission;
  private final ByteBudget inbound;

  RequestHandler(NetworkConfig config, Answers answers, Scheduler timer) {
    this.config = config;
    this.answers = answers;
    this.timer = timer;
    this.admission = new Admission(config.maxInboundRequests(), config.maxInboundRequestsPerPeer());
    this.inbound = new ByteBudget(config.maxInboundBytes());
  }

  @Override
  public Publisher<Void> handle(Stream stream) {
    return Mono.defer(
        () -> {
          PeerId peer = stream.connection().remotePeer();
          Verdict verdict = admission.enter(peer);
          if (verdict == Verdict.RESET) {
            return Mono.error(new StreamException("too many requests of " + peer));
          }
          ByteBudget budget = verdict == Verdict.ANSWER ? inbound : NO_ROOM;
          MessageReader reader = new MessageReader(NetworkConfig.MAX_MESSAGE_BYTES, budget);
          return answer(stream, peer, reader)
              .doFinally(
                  end -> {
                    reader.release();
                    admission.leave(peer);
                  });
        });
  }

  private Mono<Void> answer(Stream stream, PeerId peer, MessageReader reader) {
    ProgressWatch watch = new ProgressWatch(timer, config.serverProgressTimeout());
    Mono<Progress> read =
        stream
            .receive()
            .<Progress>handle((buffer, sink) -> read(reader, buffer, watch, sink))
            .next()
            .switchIfEmpty(Mono.error(RequestHandler::noRequest))
            // However slowly it goes on: whoever asks gives up after as long, and places are few.
            .timeout(config.exchangeTimeout(), Mono.error(this::endless), timer);
    Responder responder = pieces -> send(stream, pieces, watch);
    return read.flatMap(
            progress ->
                progress == Progress.COMPLETE
                    ? answers.answer(peer, request(reader), responder)
                    : answers.busy(kind(reader), responder))
        .timeout(
            watch.expired(),
            Mono.error(
                () -> new StreamException("no progress for " + config.serverProgressTimeout())))
        // Whoever asked has gone: what is still being looked for here is of no use.
        .takeUntilOther(stream.onClose());
  }

  private static void read(
      MessageReader reader, ByteBuf buffer, ProgressWatch watch, SynchronousSink<Progress> sink) {
    watch.progressed();
    try {
      Progress progress = reader.feed(buffer);
      if (reader.tag() >= 0
          && reader.tag() != Kind.STORE_CHUNK.tag()
          && reader.length() > NetworkConfig.MAX_CHUNK_MESSAGE_BYTES) {
        throw new BadMessageException(
            "request of "
                + reader.length()
                + " bytes, of a kind that has at most "
                + NetworkConfig.MAX_CHUNK_MESSAGE_BYTES);
      }
      if (progress != Progress.MORE) {
        sink.next(progress);
      }
    } finally {
      buffer.release();
    }
  }

  /** Of a request that is not read to its end. */
  private static Kind kind(MessageReader reader) {
    return Kind.ofTag(reader.tag())
        .orElseThrow(() -> new BadMessageException("request kind unknown or absent"));
  }

  private static DdsRequest request(MessageReader reader) {
    return Payload.parse(DdsRequest.parser(), reader.message());
  }

  private static Mono<Void> send(Stream stream, Flux<ByteBuf> pieces, ProgressWatch watch) {
    watch.progressed();
    return stream.send(pieces.doOnNext(piece -> watch.progressed())).then(stream.closeWrite());
  }

  private StreamException endless() {
    return new StreamException("no whole request within " + config.exchangeTimeout());
  }

  private static StreamException noRequest() {
    return new StreamException("the stream ended before the request did");
  }
}
