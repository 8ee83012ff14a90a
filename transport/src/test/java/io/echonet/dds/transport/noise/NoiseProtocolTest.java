package io.echonet.dds.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.spi.Role;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

@SuppressWarnings("FutureReturnValueIgnored") // What a write comes to shows in what is sent.
class NoiseProtocolTest {
  private final Ends ends = new Ends();

  @AfterEach
  void close() {
    ends.close();
  }

  @Test
  void eachEndLearnsWhoTheOtherIs() {
    ends.start(ends.listener.peerId(), List.of(), List.of()).move();

    assertThat(ends.diallerSaw).isNotNull();
    assertThat(ends.listenerSaw).isNotNull();
    assertThat(Objects.requireNonNull(ends.diallerSaw).peer()).isEqualTo(ends.listener.peerId());
    assertThat(Objects.requireNonNull(ends.diallerSaw).key()).isEqualTo(ends.listener.publicKey());
    assertThat(Objects.requireNonNull(ends.listenerSaw).peer()).isEqualTo(ends.dialler.peerId());
    assertThat(Objects.requireNonNull(ends.listenerSaw).muxer()).isEmpty();
    assertThat(ends.dialling.pipeline().toMap()).hasSize(1);
    assertThat(new NoiseProtocol(ends.dialler).id()).isEqualTo("/noise");
  }

  @Test
  void theHandshakeWorksHoweverItsBytesAreSplit() {
    ends.start(null, List.of("/yamux/1.0.0"), List.of("/yamux/1.0.0"));
    boolean moved = true;
    while (moved) {
      moved = Ends.move(ends.dialling, ends.listening, 1);
      moved |= Ends.move(ends.listening, ends.dialling, 3);
    }

    assertThat(ends.diallerSaw).isNotNull();
    assertThat(ends.listenerSaw).isNotNull();
  }

  @Test
  void theInitiatorsFirstCommonMuxerIsTaken() {
    ends.start(null, List.of("/x", "/b", "/a"), List.of("/a", "/b")).move();

    assertThat(Objects.requireNonNull(ends.diallerSaw).muxer()).contains("/b");
    assertThat(Objects.requireNonNull(ends.listenerSaw).muxer()).contains("/b");
  }

  @Test
  void withoutMuxersOnOneSideThereIsNoEarlyOne() {
    ends.start(null, List.of("/a"), List.of()).move();

    assertThat(Objects.requireNonNull(ends.diallerSaw).muxer()).isEmpty();
    assertThat(Objects.requireNonNull(ends.listenerSaw).muxer()).isEmpty();
  }

  @Test
  void muxersWithNothingInCommonEndTheConnection() {
    ends.start(null, List.of("/a"), List.of("/b")).move();

    assertThat(ends.diallerFailed)
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("no muxer in common");
    assertThat(ends.listenerFailed).isInstanceOf(ConnectionException.class);
    assertThat(ends.dialling.isOpen()).isFalse();
    assertThat(ends.listening.isOpen()).isFalse();
  }

  @Test
  void anotherPeerThanTheOneExpectedIsToldNothing() {
    PeerId expected = Identity.generate(new Random(3)).peerId();
    ends.start(expected, List.of(), List.of());
    Ends.move(ends.dialling, ends.listening, 1000);
    Ends.move(ends.listening, ends.dialling, 1000);

    assertThat(ends.diallerFailed)
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("the peer is " + ends.listener.peerId() + ", not " + expected);
    assertThat(Ends.sent(ends.dialling)).isEmpty();
    assertThat(ends.dialling.isOpen()).isFalse();
    assertThat(ends.listenerSaw).isNull();
  }

  @Test
  void aSignatureOverAnotherKeyIsRefused() throws Exception {
    byte[] otherKey = X25519.generate(Crypto.random()).publicKey();
    byte[] payload = NoisePayload.encode(ends.dialler, otherKey, List.of());
    ends.start(null, List.of(), List.of());
    NoiseHandshake liar =
        new NoiseHandshake(
            Role.INITIATOR,
            X25519.generate(Crypto.random()),
            X25519.generate(Crypto.random()),
            new byte[0]);

    Ends.arrive(ends.listening, framed(liar.write(new byte[0])));
    byte[] answer = Ends.sent(ends.listening);
    liar.read(Arrays.copyOfRange(answer, 2, answer.length));
    Ends.arrive(ends.listening, framed(liar.write(payload)));

    assertThat(ends.listenerFailed)
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("the signature is not that of");
    assertThat(ends.listening.isOpen()).isFalse();
  }

  @Test
  void aPayloadThatIsNoneIsRefused() throws Exception {
    for (byte[] payload : List.of(new byte[0], new byte[] {-1, -1}, new byte[] {10, 1, 8})) {
      try (Ends fresh = new Ends().start(null, List.of(), List.of())) {
        NoiseHandshake liar =
            new NoiseHandshake(
                Role.INITIATOR,
                X25519.generate(Crypto.random()),
                X25519.generate(Crypto.random()),
                new byte[0]);
        Ends.arrive(fresh.listening, framed(liar.write(new byte[0])));
        byte[] answer = Ends.sent(fresh.listening);
        liar.read(Arrays.copyOfRange(answer, 2, answer.length));
        Ends.arrive(fresh.listening, framed(liar.write(payload)));

        assertThat(fresh.listenerFailed)
            .isInstanceOf(ConnectionException.class)
            .hasMessageContaining("malformed payload");
      }
    }
  }

  @Test
  void garbageEndsTheConnection() {
    Random random = new Random(11);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[70_000];
      random.nextBytes(garbage);
      try (Ends fresh = new Ends().start(null, List.of(), List.of())) {
        Ends.arrive(fresh.listening, garbage);
        Ends.arrive(fresh.dialling, garbage);

        assertThat(fresh.listenerFailed).isInstanceOf(ConnectionException.class);
        assertThat(fresh.diallerFailed).isInstanceOf(ConnectionException.class);
        assertThat(fresh.listening.isOpen()).isFalse();
        assertThat(fresh.dialling.isOpen()).isFalse();
      }
    }
  }

  @Test
  void aMessageTooLongIsRefusedByItsLength() {
    ends.start(null, List.of(), List.of());

    Ends.arrive(ends.listening, (byte) 0x20, (byte) 0x01);

    assertThat(ends.listenerFailed).hasMessageContaining("a message of 8193 bytes exceeds 8192");
  }

  @Test
  void halfAMessageAndThenTheEndIsAnError() {
    ends.start(null, List.of(), List.of());
    Ends.arrive(ends.listening, (byte) 0, (byte) 32, (byte) 1);

    ends.listening.close().syncUninterruptibly();

    assertThat(ends.listenerFailed).hasMessage("connection closed during the noise handshake");
  }

  @Test
  void cancellingClosesTheChannel() {
    EmbeddedChannel channel = new EmbeddedChannel();
    Disposable handshake =
        new NoiseProtocol(ends.listener)
            .secure(channel, Role.RESPONDER, null, List.of())
            .subscribe();
    channel.runPendingTasks();

    handshake.dispose();
    channel.runPendingTasks();

    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }

  @Test
  void whatComesWithTheLastMessageWaitsForAReader() {
    ends.start(null, List.of(), List.of());
    Ends.move(ends.dialling, ends.listening, 1000);
    Ends.move(ends.listening, ends.dialling, 1000);
    ends.dialling.writeAndFlush(Unpooled.copiedBuffer("early", StandardCharsets.US_ASCII));
    ends.dialling.writeAndFlush(Unpooled.copiedBuffer(" bird", StandardCharsets.US_ASCII));
    byte[] lastMessageAndTwoFrames = Ends.sent(ends.dialling);
    Ends.arrive(ends.listening, lastMessageAndTwoFrames, 0, lastMessageAndTwoFrames.length - 9);
    Ends.arrive(ends.listening, lastMessageAndTwoFrames, lastMessageAndTwoFrames.length - 9, 9);
    assertThat(ends.listenerSaw).isNotNull();
    assertThat(ends.listening.<Object>readInbound()).isNull();
    ends.listening.read();

    ends.read();

    assertThat(ends.listenersReader.text()).isEqualTo("early bird");
    assertThat(ends.listenersReader.completions).isOne();
  }

  @Test
  void aClosedChannelIsNotSecured() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.close().syncUninterruptibly();
    List<Throwable> errors = new ArrayList<>();
    new NoiseProtocol(ends.listener)
        .secure(channel, Role.RESPONDER, null, List.of())
        .subscribe(secured -> {}, errors::add);
    channel.runPendingTasks();

    assertThat(errors).singleElement().isInstanceOf(ConnectionException.class);
  }

  private static byte[] framed(byte[] message) {
    byte[] framed = new byte[2 + message.length];
    framed[0] = (byte) (message.length >>> 8);
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, 2, message.length);
    return framed;
  }
}
