package io.echonet.dds.node.cli;

import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.keeping.Checked;
import io.echonet.dds.keeping.Keeping;
import io.echonet.dds.keeping.ScrubStatistics;
import io.echonet.dds.node.control.Reply;
import java.time.Duration;
import java.util.Locale;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is answered while all chunks are looked at, and once they have been. */
final class VerifyAnswer {
  private static final Duration BETWEEN_PROGRESS = Duration.ofSeconds(1);

  private final Keeping keeping;
  private final KeepingRequest request;
  private final Stopwatch watch = new Stopwatch();
  private ScrubStatistics statistics = ScrubStatistics.NONE;
  private Duration told = Duration.ZERO;

  VerifyAnswer(Keeping keeping, KeepingRequest request) {
    this.keeping = keeping;
    this.request = request;
  }

  Flux<Reply> replies() {
    return keeping
        .store()
        .usage()
        .flatMapMany(
            usage ->
                keeping
                    .verify(request.is(KeepingRequest.Flag.REPAIR))
                    .<Reply>handle(
                        (checked, sink) -> {
                          statistics = statistics.plus(checked);
                          if (checked.outcome() != Checked.Outcome.SOUND) {
                            sink.next(Reply.note(toText(checked)));
                          } else if (isDue()) {
                            sink.next(Reply.progress(progress(usage.bytes())));
                          }
                        }))
        .concatWith(Mono.fromSupplier(() -> Reply.result(summary())))
        .concatWith(
            Mono.defer(() -> statistics.isSound() ? Mono.empty() : Mono.error(this::failure)));
  }

  private boolean isDue() {
    if (watch.elapsed().minus(told).compareTo(BETWEEN_PROGRESS) < 0) {
      return false;
    }
    told = watch.elapsed();
    return true;
  }

  private String progress(long total) {
    return Figures.bytes(statistics.bytes())
        + " of "
        + Figures.bytes(total)
        + ", "
        + Figures.rate(statistics.bytes(), watch.elapsed());
  }

  private static String toText(Checked checked) {
    return checked.outcome().name().toLowerCase(Locale.ROOT) + ": " + checked.reason();
  }

  private String summary() {
    return request.is(KeepingRequest.Flag.JSON)
        ? Json.object()
            .with("chunks", statistics.chunks())
            .with("bytes", statistics.bytes())
            .with("found", statistics.found())
            .with("repaired", statistics.repaired())
            .with("lost", statistics.lost())
            .with("unreadable", statistics.unreadable())
            .toString()
        : "verified "
            + Figures.count(statistics.chunks(), "chunk")
            + ", "
            + Figures.exactBytes(statistics.bytes())
            + ": found "
            + statistics.found()
            + " rotten or lacking, repaired "
            + statistics.repaired()
            + ", lost "
            + statistics.lost()
            + (statistics.unreadable() == 0
                ? ""
                : ", could not read " + Figures.count(statistics.unreadable(), "chunk"));
  }

  private IntegrityException failure() {
    long bad = statistics.lost() + statistics.unreadable();
    return new IntegrityException(Figures.count(bad, "chunk") + " can't be had" + hint());
  }

  private String hint() {
    return request.is(KeepingRequest.Flag.REPAIR)
        ? ""
        : "; 'dds verify --repair' fetches them from other nodes while this one runs";
  }
}
