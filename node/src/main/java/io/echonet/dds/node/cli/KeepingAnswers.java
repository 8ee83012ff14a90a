package io.echonet.dds.node.cli;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.keeping.Collected;
import io.echonet.dds.keeping.Keeping;
import io.echonet.dds.keeping.Root;
import io.echonet.dds.node.control.Reply;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers what commands ask about what a node keeps, in the words that they print: so these are the
 * same whether the node runs or not.
 */
final class KeepingAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(KeepingAnswers.class);

  private final Keeping keeping;

  KeepingAnswers(Keeping keeping) {
    this.keeping = keeping;
  }

  /** What {@code line}, a {@link KeepingRequest}, is answered; ends with its end. */
  Flux<Reply> to(String line) {
    return Flux.defer(() -> answer(KeepingRequest.parse(line)))
        .concatWith(Mono.fromSupplier(() -> Reply.end(ExitCode.DONE.code(), "")))
        .onErrorResume(
            failure -> {
              LOG.debug("'{}' failed", line, failure);
              ErrorReport report = ErrorReport.of(Exceptions.unwrap(failure));
              return Mono.just(Reply.end(report.code().code(), report.line()));
            });
  }

  private Flux<Reply> answer(KeepingRequest request) {
    return switch (request.action()) {
      case PIN_ADD -> pin(named(request), request);
      case PIN_RM -> unpin(named(request), request);
      case PIN_LS -> list(request);
      case GC -> collect(request);
      case VERIFY -> new VerifyAnswer(keeping, request).replies();
    };
  }

  private static Cid named(KeepingRequest request) {
    return request
        .cid()
        .orElseThrow(() -> new UsageException("'" + request + "' does not say which content"));
  }

  private Flux<Reply> pin(Cid cid, KeepingRequest request) {
    return keeping.pin(cid).map(manifest -> pinned(manifest, request)).flux();
  }

  private static Reply pinned(Manifest manifest, KeepingRequest request) {
    long chunks = manifest.chunkCids().size();
    return request.is(KeepingRequest.Flag.JSON)
        ? Reply.result(
            Json.object()
                .with("cid", manifest.cid().toString())
                .with("size", manifest.size())
                .with("chunks", chunks)
                .toString())
        : Reply.result(
            "pinned "
                + manifest.cid()
                + ", "
                + Figures.exactBytes(manifest.size())
                + " in "
                + Figures.count(chunks, "chunk"));
  }

  private Flux<Reply> unpin(Cid cid, KeepingRequest request) {
    return keeping
        .unpin(cid)
        .filter(Boolean::booleanValue)
        .switchIfEmpty(
            Mono.error(
                () -> new ContentNotFoundException(cid + " is neither pinned nor published here")))
        .map(
            done ->
                Reply.result(
                    request.is(KeepingRequest.Flag.JSON)
                        ? Json.object().with("cid", cid.toString()).toString()
                        : "released " + cid))
        .flux();
  }

  private Flux<Reply> list(KeepingRequest request) {
    return keeping
        .roots()
        .flatMapIterable(roots -> roots)
        .map(
            root ->
                Reply.result(
                    request.is(KeepingRequest.Flag.JSON)
                        ? Json.object()
                            .with("cid", root.cid().toString())
                            .withTexts("kinds", kinds(root))
                            .toString()
                        : root.cid() + " " + String.join(", ", kinds(root))));
  }

  private Flux<Reply> collect(KeepingRequest request) {
    boolean replicasToo = request.is(KeepingRequest.Flag.REPLICAS);
    Mono<Collected> collected =
        request.is(KeepingRequest.Flag.DRY_RUN)
            ? keeping.collectable(replicasToo)
            : keeping.collect(replicasToo);
    return collected.map(result -> Reply.result(collected(result, request))).flux();
  }

  private static String collected(Collected result, KeepingRequest request) {
    boolean isDryRun = request.is(KeepingRequest.Flag.DRY_RUN);
    return request.is(KeepingRequest.Flag.JSON)
        ? Json.object()
            .with("dryRun", isDryRun)
            .with("chunks", result.chunks())
            .with("bytes", result.bytes())
            .with("chunksLeft", result.chunksLeft())
            .with("bytesLeft", result.bytesLeft())
            .toString()
        : (isDryRun ? "would take " : "took ")
            + Figures.count(result.chunks(), "chunk")
            + ", "
            + Figures.exactBytes(result.bytes())
            + "; "
            + Figures.count(result.chunksLeft(), "chunk")
            + ", "
            + Figures.exactBytes(result.bytesLeft())
            + (isDryRun ? " would stay" : " stay");
  }

  private static List<String> kinds(Root root) {
    return root.kinds().stream()
        .sorted()
        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
        .toList();
  }
}
