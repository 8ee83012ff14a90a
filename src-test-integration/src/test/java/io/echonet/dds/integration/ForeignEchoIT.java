package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Security;
import io.netty.buffer.ByteBuf;
import io.netty.util.internal.PlatformDependent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A quarter of a gigabyte to js-libp2p and back, and from it and back, by Noise and by TLS side by
 * side: whole, and without piling up anywhere.
 */
@WithForeignPeers
class ForeignEchoIT {
  private static final int MIB = 1 << 20;
  private static final int BYTES = 256 * MIB;
  private static final int SEED = 7;

  /**
   * Two windows of 16 MiB at the peer, which may hold one unread and have granted the next, one
   * that ours may have grown to, and what is neither here nor there.
   */
  private static final long UNDER_WAY_BYTES = 64L * MIB;

  /** For all connections together. */
  private static final long OUR_BUFFERS_BYTES = 64L * MIB;

  /** A peer grows by some 110 MiB of garbage; one that kept the bytes would by all of them more. */
  private static final long FOREIGN_GROWTH_BYTES = BYTES;

  @RegisterExtension private static final Processes SHARED = Processes.ofClass();

  @RegisterExtension private final OurHosts hosts = new OurHosts();

  private final AtomicLong ourPeak = new AtomicLong();
  private List<Link> links = List.of();
  private long ourBuffersBefore;

  /** One host of ours, connected to a peer of its own. */
  private record Link(Security security, Host host, ForeignPeer js, Connection connection) {
    String us() {
      return host.id().toString();
    }

    long foreignBytes() {
      return ProcessFigures.residentBytes(js.process().pid());
    }

    long foreignPeakBytes() {
      return ProcessFigures.peakResidentBytes(js.process().pid());
    }
  }

  @BeforeEach
  void connect() {
    links = Arrays.stream(Security.values()).map(this::link).toList();
    ourBuffersBefore = PlatformDependent.usedDirectMemory();
  }

  private Link link(Security security) {
    String name = security.name().toLowerCase(Locale.ROOT);
    ForeignPeer js = ForeignPeer.start(SHARED, "--dht", "none", "--security", name);
    Host host = hosts.listening(HostConfig.defaults().withSecurity(List.of(security)));
    Link link = new Link(security, host, js, OurHosts.connect(host, js));
    // A dialler that speaks TLS is done before the one dialled.
    js.ask("awaitConnection", "peer", link.us());
    return link;
  }

  private void noteOurBuffers() {
    ourPeak.accumulateAndGet(PlatformDependent.usedDirectMemory() - ourBuffersBefore, Math::max);
  }

  @Test
  void theyEchoWhatWeSend() {
    List<Long> before = links.stream().map(Link::foreignBytes).toList();

    List<Echoed> echoed =
        Flux.fromIterable(links)
            .flatMapSequential(this::echo)
            .collectList()
            .blockOptional(OurHosts.LIMIT)
            .orElseThrow();

    assertThat(echoed).hasSameSizeAs(links);
    for (int i = 0; i < links.size(); i++) {
      assertThat(echoed.get(i).bytes()).as("%s", links.get(i).security()).isEqualTo(BYTES);
      assertThat(echoed.get(i).mostUnderWay()).isLessThan(UNDER_WAY_BYTES);
    }
    nothingPiledUp(before);
  }

  /**
   * @param mostUnderWay bytes that were sent and not back yet
   */
  private record Echoed(long bytes, long mostUnderWay) {}

  private Mono<Echoed> echo(Link link) {
    Stream stream = TestProtocols.open(link.connection(), TestProtocols.ECHO);
    AtomicLong taken = new AtomicLong();
    AtomicLong back = new AtomicLong();
    AtomicLong mostUnderWay = new AtomicLong();
    Flux<ByteBuf> counted =
        TestProtocols.pseudoRandom(SEED, BYTES, taken)
            .doOnNext(
                buffer -> {
                  noteOurBuffers();
                  mostUnderWay.accumulateAndGet(taken.get() - back.get(), Math::max);
                });
    return Mono.zip(
            stream.send(counted).then(stream.closeWrite()).thenReturn(true),
            TestProtocols.check(stream, SEED, back))
        .map(both -> new Echoed(both.getT2(), mostUnderWay.get()));
  }

  @Test
  void weEchoWhatTheySend() {
    List<Long> before = links.stream().map(Link::foreignBytes).toList();
    List<CompletableFuture<JsonObject>> echoes = links.stream().map(this::beginEcho).toList();
    String expected = PseudoRandom.sha256(SEED, BYTES);

    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      JsonObject echoed = link.js().await(echoes.get(i), "echo by " + link.security());
      assertThat(echoed.number("bytes")).isEqualTo(BYTES);
      assertThat(echoed.text("sha256")).isEqualTo(expected);
    }
    nothingPiledUp(before);
  }

  private CompletableFuture<JsonObject> beginEcho(Link link) {
    link.host()
        .handle(
            TestProtocols.ECHO,
            stream -> stream.send(stream.receive().doOnNext(buffer -> noteOurBuffers())));
    return link.js()
        .begin(
            "echo",
            "to",
            link.us(),
            "bytes",
            BYTES,
            "seed",
            SEED,
            "timeout",
            OurHosts.LIMIT.toMillis());
  }

  private void nothingPiledUp(List<Long> foreignBefore) {
    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      assertThat(link.foreignPeakBytes() - foreignBefore.get(i))
          .as("what the peer grew by, %s", link.security())
          .isLessThan(FOREIGN_GROWTH_BYTES);
    }
    assertThat(ourPeak.get()).as("our buffers").isLessThan(OUR_BUFFERS_BYTES);
  }
}
