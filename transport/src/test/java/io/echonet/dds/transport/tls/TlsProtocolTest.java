package io.echonet.dds.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.testing.Ends;
import io.echonet.dds.transport.testing.SecurityContract;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Between every two of the engines that run on this machine. */
@ParameterizedClass
@MethodSource("engines")
@SuppressWarnings("FutureReturnValueIgnored") // What a write comes to shows in what is sent.
class TlsProtocolTest implements SecurityContract {
  private final SslProvider dialler;
  private final SslProvider listener;
  private final TlsProtocol diallers;
  private final TlsProtocol listeners;
  private final Ends ends;

  TlsProtocolTest(SslProvider dialler, SslProvider listener) {
    this.dialler = dialler;
    this.listener = listener;
    this.diallers = new TlsProtocol(Ends.DIALLER, Clock.systemUTC(), List.of(), dialler);
    this.listeners = new TlsProtocol(Ends.LISTENER, Clock.systemUTC(), List.of(), listener);
    this.ends = new Ends(diallers, listeners);
  }

  /** One for all tests where it can be, since each makes a certificate. */
  @Override
  public TlsProtocol diallers(Identity identity, List<String> muxers) {
    return identity == Ends.DIALLER && muxers.isEmpty()
        ? diallers
        : new TlsProtocol(identity, Clock.systemUTC(), muxers, dialler);
  }

  @Override
  public TlsProtocol listeners(Identity identity, List<String> muxers) {
    return identity == Ends.LISTENER && muxers.isEmpty()
        ? listeners
        : new TlsProtocol(identity, Clock.systemUTC(), muxers, listener);
  }

  /** A ClientHello of 2^24 - 1 bytes, in as many records as fit a megabyte. */
  @Override
  public byte[] oversized() {
    int record = 1 << 14;
    byte[] header = {22, 3, 1, 0x40, 0};
    byte[] message = new byte[64 * (header.length + record)];
    for (int i = 0; i < message.length; i += header.length + record) {
      System.arraycopy(header, 0, message, i, header.length);
    }
    System.arraycopy(new byte[] {1, -1, -1, -1, 3, 3}, 0, message, header.length, 6);
    return message;
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
    assertThat(diallers.handshakes()).isZero();
    assertThat(listeners.handshakes()).isZero();
  }

  @Test
  void muxersWithNothingInCommonAreNegotiatedLater() {
    List<String> some = List.of("/a");
    List<String> others = List.of("/b");
    try (Ends apart = new Ends(diallers(Ends.DIALLER, some), listeners(Ends.LISTENER, others))) {
      apart.start(null, some, others).move();

      assertThat(Objects.requireNonNull(apart.diallerSaw).muxer()).isEmpty();
      assertThat(Objects.requireNonNull(apart.listenerSaw).muxer()).isEmpty();
    }
    assertThat(diallers.id()).isEqualTo("/tls/1.0.0");
  }

  @Test
  void onlyWhatWasPreparedIsOffered() {
    assertThatThrownBy(() -> diallers.secure(ends.dialling, Role.INITIATOR, null, List.of(YAMUX)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCertificateThatIsNotYetValidIsRefused() {
    Clock future = Clock.offset(Clock.systemUTC(), Duration.ofDays(101 * 365));
    TlsProtocol late = new TlsProtocol(Ends.LISTENER, future, List.of(), listener);
    try (Ends others = new Ends(diallers, late)) {
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
      try (Ends again = new Ends(diallers, listeners)) {
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
  void handshakesChangedOnTheWayNeverSucceed() {
    Random random = new Random(12);
    for (int i = 0; i < 20; i++) {
      try (Ends fresh = new Ends(diallers, listeners)) {
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
  void boringSslRunsWhereItIsBuiltFor() {
    boolean isBuiltFor =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");

    assertThat(OpenSsl.isAvailable()).isEqualTo(isBuiltFor);
    assertThatCode(() -> new TlsProtocol(Ends.DIALLER, Clock.systemUTC(), List.of()))
        .doesNotThrowAnyException();
  }
}
