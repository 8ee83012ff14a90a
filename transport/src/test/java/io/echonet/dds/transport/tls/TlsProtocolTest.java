package io.echonet.dds.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.spi.Role;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;

/** Between every two of the engines that run on this machine. */
@ParameterizedClass
@MethodSource("engines")
@SuppressWarnings("FutureReturnValueIgnored") // What a write comes to shows in what is sent.
class TlsProtocolTest {
  private static final String YAMUX = "/yamux/1.0.0";

  private final SslProvider dialler;
  private final SslProvider listener;
  private final Ends ends;

  TlsProtocolTest(SslProvider dialler, SslProvider listener) {
    this.dialler = dialler;
    this.listener = listener;
    this.ends = Ends.of(dialler, listener, List.of(), List.of());
  }

  static Stream<Arguments> engines() {
    List<SslProvider> here =
        OpenSsl.isAvailable()
            ? List.of(SslProvider.JDK, SslProvider.OPENSSL)
            : List.of(SslProvider.JDK);
    return here.stream()
        .flatMap(dialler -> here.stream().map(listener -> Arguments.of(dialler, listener)));
  }

  @AfterEach
  void close() {
    ends.close();
    assertThat(ends.diallersTls.handshakes()).isZero();
    assertThat(ends.listenersTls.handshakes()).isZero();
  }

  @Test
  void eachEndLearnsWhoTheOtherIs() {
    ends.start(Ends.LISTENER.peerId()).move();

    assertThat(ends.diallerFailed).isNull();
    assertThat(ends.listenerFailed).isNull();
    assertThat(Objects.requireNonNull(ends.diallerSaw).peer()).isEqualTo(Ends.LISTENER.peerId());
    assertThat(Objects.requireNonNull(ends.diallerSaw).key()).isEqualTo(Ends.LISTENER.publicKey());
    assertThat(Objects.requireNonNull(ends.listenerSaw).peer()).isEqualTo(Ends.DIALLER.peerId());
    assertThat(Objects.requireNonNull(ends.listenerSaw).muxer()).isEmpty();
    assertThat(ends.diallersTls.id()).isEqualTo("/tls/1.0.0");
  }

  @Test
  void theHandshakeWorksHoweverItsBytesAreSplit() {
    ends.start(null);
    boolean moved = true;
    while (moved) {
      moved = Ends.move(ends.dialling, ends.listening, 1);
      moved |= Ends.move(ends.listening, ends.dialling, 3);
    }

    assertThat(ends.diallerSaw).isNotNull();
    assertThat(ends.listenerSaw).isNotNull();
  }

  @Test
  void theMuxerThatBothHaveIsAgreedOn() {
    checkMuxer(List.of("/x", YAMUX), List.of(YAMUX, "/y"), YAMUX);
  }

  @Test
  void withoutMuxersOnOneSideThereIsNoEarlyOne() {
    checkMuxer(List.of(YAMUX), List.of(), null);
    checkMuxer(List.of(), List.of(YAMUX), null);
  }

  @Test
  void muxersWithNothingInCommonAreNegotiatedLater() {
    checkMuxer(List.of("/a"), List.of("/b"), null);
  }

  private void checkMuxer(List<String> diallers, List<String> listeners, @Nullable String agreed) {
    try (Ends others = Ends.of(dialler, listener, diallers, listeners)) {
      others.start(null).move();

      assertThat(Objects.requireNonNull(others.diallerSaw).muxer())
          .isEqualTo(Optional.ofNullable(agreed));
      assertThat(Objects.requireNonNull(others.listenerSaw).muxer())
          .isEqualTo(Optional.ofNullable(agreed));
    }
  }

  @Test
  void onlyWhatWasPreparedIsOffered() {
    assertThatThrownBy(
            () -> ends.diallersTls.secure(ends.dialling, Role.INITIATOR, null, List.of(YAMUX)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anotherPeerThanTheOneExpectedIsNotToldWhoAsks() {
    PeerId expected = Identity.generate(new Random(3)).peerId();
    ends.start(expected).move();

    assertThat(ends.diallerFailed)
        .isInstanceOf(ConnectionException.class)
        .hasMessage(
            "tls handshake failed: the peer is " + Ends.LISTENER.peerId() + ", not " + expected);
    assertThat(ends.dialling.isOpen()).isFalse();
    assertThat(ends.listenerSaw).isNull();
    assertThat(ends.listenerFailed).isInstanceOf(ConnectionException.class);
    assertThat(ends.listening.isOpen()).isFalse();
  }

  @Test
  void aCertificateThatIsNotYetValidIsRefused() {
    Clock future = Clock.offset(Clock.systemUTC(), Duration.ofDays(101 * 365));
    TlsProtocol late = new TlsProtocol(Ends.LISTENER, future, List.of(), listener);
    try (Ends others = new Ends(ends.diallersTls, late)) {
      others.start(null).move();

      assertThat(others.diallerFailed)
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("the certificate is valid from");
      assertThat(others.dialling.isOpen()).isFalse();
    }
  }

  @Test
  void everyHandshakeIsAWholeOne() {
    for (int i = 0; i < 3; i++) {
      try (Ends again = new Ends(ends.diallersTls, ends.listenersTls)) {
        again.start(null).move();
        again.read();
        again.move();

        assertThat(Objects.requireNonNull(again.diallerSaw).peer())
            .isEqualTo(Ends.LISTENER.peerId());
        assertThat(Objects.requireNonNull(again.listenerSaw).peer())
            .isEqualTo(Ends.DIALLER.peerId());
      }
    }
  }

  @Test
  void bytesGoBothWays() {
    ends.start(null).move();
    ends.read();
    byte[] many = new byte[300_000];
    new Random(5).nextBytes(many);

    ends.dialling.writeAndFlush(
        Unpooled.copiedBuffer("to the listener", StandardCharsets.US_ASCII));
    ends.listening.writeAndFlush(Unpooled.wrappedBuffer(many));
    ends.move();

    assertThat(ends.listenersReader.text()).isEqualTo("to the listener");
    assertThat(ends.diallersReader.bytes.toByteArray()).isEqualTo(many);
    assertThat(ends.listenersReader.completions).isPositive();
  }

  @Test
  void whatIsSentIsNotReadableOnTheWay() {
    ends.start(null).move();
    ends.dialling.writeAndFlush(Unpooled.copiedBuffer("a secret", StandardCharsets.US_ASCII));

    byte[] wire = Ends.sent(ends.dialling);

    assertThat(new String(wire, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
    // Application data of TLS 1.2, which TLS 1.3 looks like.
    assertThat(wire).startsWith(23, 3, 3);
  }

  @Test
  void aByteChangedOnTheWayEndsTheConnection() {
    ends.start(null).move();
    ends.read();
    ends.dialling.writeAndFlush(Unpooled.copiedBuffer("text", StandardCharsets.US_ASCII));
    byte[] wire = Ends.sent(ends.dialling);
    wire[wire.length - 1] ^= 1;
    ends.dialling.writeAndFlush(Unpooled.copiedBuffer("more", StandardCharsets.US_ASCII));

    Ends.arrive(ends.listening, wire);
    // BoringSSL says what is wrong at once, and hangs up when more comes.
    Ends.move(ends.dialling, ends.listening, Integer.MAX_VALUE);

    assertThat(ends.listenersReader.text()).isEmpty();
    assertThat(ends.listening.isOpen()).isFalse();
  }

  @Test
  void garbageEndsTheConnection() {
    Random random = new Random(11);
    for (int i = 0; i < 10; i++) {
      byte[] garbage = new byte[600];
      random.nextBytes(garbage);
      try (Ends fresh = new Ends(ends.diallersTls, ends.listenersTls)) {
        fresh.start(null);
        Ends.arrive(fresh.listening, garbage);
        Ends.arrive(fresh.dialling, garbage);

        assertThat(fresh.listenerFailed)
            .isInstanceOf(ConnectionException.class)
            .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(100));
        assertThat(fresh.diallerFailed).isInstanceOf(ConnectionException.class);
        assertThat(fresh.listening.isOpen()).isFalse();
        assertThat(fresh.dialling.isOpen()).isFalse();
      }
    }
  }

  @Test
  void handshakesChangedOnTheWayNeverSucceed() {
    Random random = new Random(12);
    for (int i = 0; i < 20; i++) {
      try (Ends fresh = new Ends(ends.diallersTls, ends.listenersTls)) {
        fresh.start(null);
        byte[] hello = Ends.sent(fresh.dialling);
        if (i % 2 == 0) {
          hello[random.nextInt(hello.length)] ^= (byte) (1 + random.nextInt(255));
        }
        Ends.arrive(fresh.listening, hello);
        byte[] answer = Ends.sent(fresh.listening);
        if (i % 2 == 1) {
          // Not in the record versions that nobody looks at, and not in a dummy record.
          answer[random.nextInt(11, 90)] ^= (byte) (1 + random.nextInt(255));
        }
        Ends.arrive(fresh.dialling, answer);
        fresh.move();

        assertThat(fresh.listenerSaw == null || i % 2 == 0).isTrue();
        if (fresh.listenerSaw != null) {
          // Only what the hello's record header says of versions may change unnoticed.
          assertThat(fresh.listenerSaw.peer()).isEqualTo(Ends.DIALLER.peerId());
        }
      }
    }
  }

  @Test
  void halfAMessageAndThenTheEndIsAnError() {
    ends.start(null);
    Ends.arrive(ends.listening, (byte) 22, (byte) 3, (byte) 1, (byte) 1);

    ends.listening.close().syncUninterruptibly();

    assertThat(ends.listenerFailed)
        .isInstanceOf(ConnectionException.class)
        .hasMessage("connection closed during the tls handshake");
  }

  @Test
  void cancellingClosesTheChannel() {
    EmbeddedChannel channel = new EmbeddedChannel();
    Disposable handshake =
        ends.listenersTls.secure(channel, Role.RESPONDER, null, List.of()).subscribe();
    channel.runPendingTasks();
    assertThat(ends.listenersTls.handshakes()).isOne();

    handshake.dispose();
    channel.runPendingTasks();

    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }

  @Test
  void whatComesWithTheLastMessageWaitsForAReader() {
    ends.start(null);
    Ends.move(ends.dialling, ends.listening, 1000);
    Ends.move(ends.listening, ends.dialling, 1000);
    ends.dialling.writeAndFlush(Unpooled.copiedBuffer("early", StandardCharsets.US_ASCII));
    ends.dialling.writeAndFlush(Unpooled.copiedBuffer(" bird", StandardCharsets.US_ASCII));
    byte[] lastMessageAndTwoRecords = Ends.sent(ends.dialling);
    int split = lastMessageAndTwoRecords.length - 9;
    Ends.arrive(ends.listening, lastMessageAndTwoRecords, 0, split);
    Ends.arrive(ends.listening, lastMessageAndTwoRecords, split, 9);
    assertThat(ends.listenerSaw).isNotNull();
    assertThat(ends.listening.<Object>readInbound()).isNull();
    ends.listening.read();

    ends.read();

    assertThat(ends.listenersReader.text()).isEqualTo("early bird");
    assertThat(ends.listenersReader.completions).isOne();
  }

  @Test
  void tooMuchBeforeAReaderIsThereEndsTheConnection() {
    ends.start(null).move();
    for (int i = 0; i < 5 && ends.listening.isOpen(); i++) {
      ends.dialling.writeAndFlush(Unpooled.wrappedBuffer(new byte[1 << 19]));
      Ends.move(ends.dialling, ends.listening, Integer.MAX_VALUE);
    }

    assertThat(ends.listening.isOpen()).isFalse();
  }

  @Test
  void aFarewellEndsTheConnection() {
    ends.start(null).move();
    ends.read();

    ends.dialling.close();
    byte[] farewell = Ends.sent(ends.dialling);
    Ends.arrive(ends.listening, farewell);

    assertThat(farewell).isNotEmpty();
    assertThat(ends.listening.isOpen()).isFalse();
    assertThat(ends.listenersReader.errors).isEmpty();
  }

  @Test
  void aClosedChannelIsNotSecured() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.close().syncUninterruptibly();
    List<Throwable> errors = new ArrayList<>();
    ends.listenersTls
        .secure(channel, Role.RESPONDER, null, List.of())
        .subscribe(secured -> {}, errors::add);
    channel.runPendingTasks();

    assertThat(errors).singleElement().isInstanceOf(ConnectionException.class);
  }

  @Test
  void boringSslRunsWhereItIsBuiltFor() {
    boolean isBuiltFor =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");

    assertThat(OpenSsl.isAvailable()).isEqualTo(isBuiltFor);
    assertThatCode(() -> new TlsProtocol(Ends.DIALLER, Clock.systemUTC(), List.of()))
        .doesNotThrowAnyException();
  }
}
