package io.echonet.dds.node.cli;

import io.echonet.dds.Dds;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerInfo;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** {@code dds providers}: who says that it holds a content. */
@Command(
    name = "providers",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "List the nodes that hold a content or chunk.",
    footer = {"", "Example:", "  dds providers 9xKmP… --bootstrap /ip4/127.0.0.1/tcp/4001"})
final class ProvidersCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Console console;

  @Parameters(paramLabel = "CID", description = "The name of a content or of a single chunk.")
  private Cid cid;

  @Mixin private ClientOptions client;

  @Option(names = "--json", description = "Print each node as a JSON object on a line.")
  private boolean json;

  ProvidersCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (Session session = Session.connect(client.config())) {
      long found =
          Blocking.await(
              search(session.dds(), cid, client.timeout())
                  .publishOn(Schedulers.boundedElastic(), 1)
                  .doOnNext(peer -> console.result(json ? toJson(peer) : toText(peer)))
                  .count());
      if (found == 0) {
        throw new ContentNotFoundException(
            "nobody was found within "
                + Figures.seconds(client.timeout())
                + " that provides "
                + cid);
      }
    }
    return ExitCode.DONE.code();
  }

  /** Searches until a walk finds somebody: records may be on their way still. */
  static Flux<PeerInfo> search(Dds dds, Cid cid, Duration timeout) {
    return Flux.defer(() -> dds.providers(cid))
        .switchIfEmpty(Mono.delay(PAUSE).then(Mono.<PeerInfo>error(new NobodyYet())))
        .retryWhen(Retry.indefinitely().filter(NobodyYet.class::isInstance))
        .takeUntilOther(Mono.delay(timeout));
  }

  private static String toText(PeerInfo peer) {
    return peer.id()
        + peer.addresses().stream().map(address -> " " + address).collect(Collectors.joining());
  }

  private static String toJson(PeerInfo peer) {
    return Json.object()
        .with("peerId", peer.id().toString())
        .withTexts("addrs", peer.addresses().stream().map(Multiaddr::toString).toList())
        .toString();
  }

  /** A walk that found nobody, which is a reason to walk again. */
  private static final class NobodyYet extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NobodyYet() {
      super(null, null, false, false);
    }
  }
}
