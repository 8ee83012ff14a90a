package io.echonet.dds.integration;

import static io.echonet.dds.integration.TestProtocols.ECHO;
import static io.echonet.dds.integration.TestProtocols.NEVER_READ;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.testing.Await;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Streams to and from js-libp2p, and what becomes of their bytes when one end reads slowly or not
 * at all.
 */
@WithForeignPeers
class ForeignStreamsIT {
  private static final int MIB = 1_048_576;

  private static final int WINDOW = StreamOptions.INITIAL_WINDOW_BYTES;

  /** The lines that agree on a protocol are part of a stream, and of its window. */
  private static final int NEGOTIATION = 128;

  /** What may be under way beyond a window: the buffer that did not fit. */
  private static final int ONE_BUFFER = TestProtocols.BUFFER_BYTES;

  /** js-libp2p's window doubles with every frame it handles quickly, up to this. */
  private static final int LARGEST_FOREIGN_WINDOW = 16 * MIB;

  @RegisterExtension private static final Processes SHARED = Processes.ofClass();
  private static ForeignPeer js;

  @RegisterExtension private final OurHosts hosts = new OurHosts();
  private Host host;
  private Connection connection;

  @BeforeAll
  static void startPeer() {
    js = ForeignPeer.start(SHARED, "--dht", "none");
  }

  @BeforeEach
  void connect() {
    host = hosts.listening();
    connection = OurHosts.connect(host, js);
    js.ask("awaitConnection", "peer", host.id().toString());
  }

  private String us() {
    return host.id().toString();
  }

  @Test
  void emptyAndTinyStreamsEndAsTheyShould() {
    TestProtocols.serveEcho(host);

    for (int bytes : new int[] {0, 1}) {
      assertThat(TestProtocols.echo(connection, 7, bytes).block(OurHosts.LIMIT)).isEqualTo(bytes);
      assertThat(js.ask("echo", "to", us(), "bytes", bytes).number("bytes")).isEqualTo(bytes);
    }
  }

  @Test
  void aHundredStreamsRunSideBySideInBothDirections() {
    TestProtocols.serveEcho(host);
    CompletableFuture<JsonObject> theirs =
        js.begin("openStreams", "to", us(), "protocol", ECHO, "count", 100);

    Long ours =
        Flux.range(1, 100)
            .flatMap(seed -> TestProtocols.echo(connection, seed, 40_000), 100, 1)
            .reduce(0L, Long::sum)
            .block(OurHosts.LIMIT);

    assertThat(ours).isEqualTo(100 * 40_000L);
    assertThat(js.await(theirs, "openStreams").number("alive")).isEqualTo(100);
  }

  @Test
  void aPeerThatNeverReadsIsSentItsWindowAndHoldsNothingElseUp() {
    AtomicLong taken = new AtomicLong();
    Stream stream = TestProtocols.open(connection, NEVER_READ);
    CompletableFuture<Void> sending =
        stream.send(TestProtocols.pseudoRandom(7, 8L * MIB, taken)).toFuture();
    Await.until("the window is full", () -> unread() >= WINDOW - NEGOTIATION);

    Long echoed = TestProtocols.echo(connection, 8, 4L * MIB).block(OurHosts.LIMIT);

    assertThat(echoed).isEqualTo(4L * MIB);
    // What came along with the negotiation it had read before it stopped.
    assertThat(unread()).isBetween((long) WINDOW - NEGOTIATION, (long) WINDOW + ONE_BUFFER);
    assertThat(taken.get()).isBetween(unread(), unread() + NEGOTIATION + ONE_BUFFER);
    assertThat(sending).isNotDone();
    stream.reset();
    assertThat(sending).failsWithin(OurHosts.LIMIT);
  }

  /** What it holds of our streams without having read it. */
  private long unread() {
    return unreadStreams().stream().mapToLong(stream -> stream.number("buffered")).sum();
  }

  private List<JsonObject> unreadStreams() {
    return js.ask("unread").objects("streams").stream()
        .filter(stream -> stream.text("peerId").equals(us()))
        .toList();
  }

  @Test
  void aPeerThatReadsAtLastGetsTheRest() {
    Stream stream = TestProtocols.open(connection, NEVER_READ);
    CompletableFuture<Void> sent =
        stream
            .send(TestProtocols.pseudoRandom(7, 3L * MIB, new AtomicLong()))
            .then(stream.closeWrite())
            .toFuture();
    Await.until("the window is full", () -> unread() >= WINDOW - NEGOTIATION);

    js.ask("readUnread");

    ByteBuf answer = requireNonNull(stream.receive().next().block(OurHosts.LIMIT));
    assertThat(answer.readLong()).isEqualTo(3L * MIB);
    answer.release();
    assertThat(sent).succeedsWithin(OurHosts.LIMIT);
  }

  @Test
  void aPeerThatStopsReadingMidwayStopsOurSource() {
    AtomicLong taken = new AtomicLong();
    TestProtocols.serveSource(host, taken);

    JsonObject pulled =
        js.ask("pull", "to", us(), "bytes", 48 * MIB, "stopAfter", MIB, "holdMs", 1_000);

    assertThat(pulled.object("held").text("status")).isEqualTo("open");
    assertThat(taken.get()).isBetween((long) MIB, (long) MIB + LARGEST_FOREIGN_WINDOW + WINDOW);
  }

  @Test
  void aPeerThatPausesGetsAllOfOurSourceInTheEnd() {
    AtomicLong taken = new AtomicLong();
    TestProtocols.serveSource(host, taken);

    JsonObject pulled =
        js.ask(
            "pull",
            "to",
            us(),
            "bytes",
            24 * MIB,
            "stopAfter",
            MIB,
            "holdMs",
            300,
            "resume",
            true,
            "timeout",
            60_000);

    assertThat(pulled.text("sha256")).isEqualTo(PseudoRandom.sha256(1, 24L * MIB));
  }

  @Test
  void whatWeNeverReadCostsOurWindowAndHoldsNothingElseUp() {
    TestProtocols.serveEcho(host);
    AtomicReference<Stream> unread = new AtomicReference<>();
    host.handle(
        NEVER_READ,
        stream -> {
          unread.set(stream);
          return stream.onClose();
        });

    CompletableFuture<JsonObject> sink =
        js.begin("sink", "to", us(), "protocol", NEVER_READ, "bytes", 8 * MIB, "ms", 3_000);
    Await.until("it has opened the stream", () -> unread.get() != null);
    assertThat(js.ask("echo", "to", us(), "bytes", 4 * MIB).number("bytes")).isEqualTo(4L * MIB);
    JsonObject sunk = js.await(sink, "sink");

    assertThat(sunk.flag("finished")).isFalse();
    assertThat(sunk.text("status")).isEqualTo("open");
    assertThat(sunk.number("written")).isBetween((long) WINDOW - NEGOTIATION, (long) WINDOW);
  }

  @Test
  void whatWeReadSlowlyArrivesWhole() {
    Sinks.Empty<Void> permission = Sinks.empty();
    Sinks.One<Long> arrived = Sinks.one();
    host.handle(
        NEVER_READ,
        stream ->
            permission
                .asMono()
                .then(TestProtocols.check(stream, 1))
                .doOnNext(arrived::tryEmitValue)
                .then());

    CompletableFuture<JsonObject> sink =
        js.begin("sink", "to", us(), "protocol", NEVER_READ, "bytes", 3 * MIB, "ms", 60_000);
    assertThat(js.ask("ping", "to", us()).number("ms")).isNotNegative();
    assertThat(sink).isNotDone();
    permission.tryEmitEmpty();

    assertThat(js.await(sink, "sink").flag("finished")).isTrue();
    assertThat(arrived.asMono().block(OurHosts.LIMIT)).isEqualTo(3L * MIB);
  }

  @Test
  void aStreamThatEitherEndResetsIsGoneAtBoth() {
    TestProtocols.serveSource(host, new AtomicLong());
    Stream stream = TestProtocols.open(connection, NEVER_READ);
    stream.send(TestProtocols.pseudoRandom(7, 1_000, new AtomicLong())).block(OurHosts.LIMIT);
    Await.until("it has arrived", () -> unread() == 1_000);

    stream.reset();
    Await.until("it has seen our reset", () -> unreadStreams().get(0).has("error"));
    js.ask("pull", "to", us(), "bytes", 48 * MIB, "stopAfter", 1_000);

    Await.until("its end has gone", () -> applicationStreams() == 0);
    Await.until("our end has gone", () -> connection.openStreams() == 0);
  }

  private long applicationStreams() {
    return js.ask("connections", "peer", us()).objects("connections").stream()
        .flatMap(connection -> connection.objects("streams").stream())
        .filter(stream -> stream.text("protocol").startsWith("/dds-test/"))
        .count();
  }

  @Test
  void aProtocolThatItDoesNotKnowIsRefused() {
    Stream stream = TestProtocols.open(connection, "/dds-test/unknown/1.0.0");

    assertThatThrownBy(() -> stream.receive().then().block(OurHosts.LIMIT))
        .isInstanceOf(ProtocolNotSupportedException.class);
    assertThat(js.askInVain("request", "to", us(), "protocol", "/dds-test/unknown/1.0.0"))
        .hasMessageContaining("UnsupportedProtocol");
  }
}
