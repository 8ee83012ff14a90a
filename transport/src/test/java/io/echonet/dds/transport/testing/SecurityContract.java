package io.echonet.dds.transport.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol;
import io.echonet.dds.transport.spi.SecurityProtocol.Secured;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** What every {@link SecurityProtocol} does, with good handshakes and with bad ones. */
@SuppressWarnings("FutureReturnValueIgnored") // What a write comes to shows in what is sent.
public interface SecurityContract {
  String YAMUX = "/yamux/1.0.0";

  /** The protocol as {@code identity} dials by it. */
  SecurityProtocol diallers(Identity identity, List<String> muxers);

  /** The protocol as {@code identity} answers by it. */
  SecurityProtocol listeners(Identity identity, List<String> muxers);

  /** The beginning of a first message that says it is as long as any can be said to be. */
  byte[] oversized();

  private Ends ends() {
    return new Ends(diallers(Ends.DIALLER, List.of()), listeners(Ends.LISTENER, List.of()));
  }

  /** Pieces of a good handshake, in turn: the first is the dialler's. */
  private List<byte[]> recorded() {
    List<byte[]> pieces = new ArrayList<>();
    try (Ends ends = ends().start(null)) {
      boolean moved = true;
      while (moved) {
        byte[] ofDialler = Ends.sent(ends.dialling);
        Ends.arrive(ends.listening, ofDialler);
        byte[] ofListener = Ends.sent(ends.listening);
        Ends.arrive(ends.dialling, ofListener);
        moved = ofDialler.length + ofListener.length > 0;
        if (moved) {
          pieces.add(ofDialler);
          pieces.add(ofListener);
        }
      }
      assertThat(ends.listenerSaw).isNotNull();
    }
    return pieces;
  }

  private static void assertRefused(EmbeddedChannel channel, @Nullable Throwable failure) {
    assertThat(failure)
        .isInstanceOf(ConnectionException.class)
        .satisfies(refusal -> assertThat(refusal.getMessage()).isNotBlank().hasSizeLessThan(250));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  default void eachEndLearnsWhoTheOtherIs() {
    try (Ends ends = ends().start(Ends.LISTENER.peerId()).move()) {
      assertThat(ends.diallerFailed).isNull();
      assertThat(ends.listenerFailed).isNull();
      Secured diallerSaw = Objects.requireNonNull(ends.diallerSaw);
      assertThat(diallerSaw.peer()).isEqualTo(Ends.LISTENER.peerId());
      assertThat(diallerSaw.key()).isEqualTo(Ends.LISTENER.publicKey());
      Secured listenerSaw = Objects.requireNonNull(ends.listenerSaw);
      assertThat(listenerSaw.peer()).isEqualTo(Ends.DIALLER.peerId());
      assertThat(listenerSaw.key()).isEqualTo(Ends.DIALLER.publicKey());
      assertThat(listenerSaw.muxer()).isEmpty();
    }
  }

  @Test
  default void theHandshakeWorksHoweverItsBytesAreSplit() {
    try (Ends ends = ends().start(null)) {
      boolean moved = true;
      while (moved) {
        moved = Ends.move(ends.dialling, ends.listening, 1);
        moved |= Ends.move(ends.listening, ends.dialling, 3);
      }

      assertThat(ends.diallerSaw).isNotNull();
      assertThat(ends.listenerSaw).isNotNull();
    }
  }

  @Test
  default void theMuxerThatBothHaveIsAgreedOn() {
    assertMuxer(List.of("/x", YAMUX), List.of(YAMUX, "/y"), YAMUX);
  }

  @Test
  default void withoutMuxersOnOneSideThereIsNoEarlyOne() {
    assertMuxer(List.of(YAMUX), List.of(), null);
    assertMuxer(List.of(), List.of(YAMUX), null);
  }

  private void assertMuxer(
      List<String> ofDialler, List<String> ofListener, @Nullable String agreed) {
    try (Ends ends =
        new Ends(diallers(Ends.DIALLER, ofDialler), listeners(Ends.LISTENER, ofListener))) {
      ends.start(null, ofDialler, ofListener).move();

      Optional<String> expected = Optional.ofNullable(agreed);
      assertThat(Objects.requireNonNull(ends.diallerSaw).muxer()).isEqualTo(expected);
      assertThat(Objects.requireNonNull(ends.listenerSaw).muxer()).isEqualTo(expected);
    }
  }

  @Test
  default void bytesGoBothWays() {
    try (Ends ends = ends().secured()) {
      byte[] many = Buffers.random(5, 300_000);

      ends.dialling.writeAndFlush(
          Unpooled.copiedBuffer("to the listener", StandardCharsets.US_ASCII));
      ends.listening.writeAndFlush(Unpooled.wrappedBuffer(many));
      ends.move();

      assertThat(ends.listenersReader.text()).isEqualTo("to the listener");
      assertThat(ends.diallersReader.bytes.toByteArray()).isEqualTo(many);
      assertThat(ends.listenersReader.completions).isPositive();
    }
  }

  @Test
  default void whatComesWithTheLastMessageWaitsForAReader() {
    try (Ends ends = ends().start(null)) {
      Ends.move(ends.dialling, ends.listening, 1000);
      Ends.move(ends.listening, ends.dialling, 1000);
      ends.dialling.writeAndFlush(Unpooled.copiedBuffer("early", StandardCharsets.US_ASCII));
      ends.dialling.writeAndFlush(Unpooled.copiedBuffer(" bird", StandardCharsets.US_ASCII));
      byte[] lastMessageAndText = Ends.sent(ends.dialling);
      int split = lastMessageAndText.length - 9;
      Ends.arrive(ends.listening, lastMessageAndText, 0, split);
      Ends.arrive(ends.listening, lastMessageAndText, split, 9);
      assertThat(ends.listenerSaw).isNotNull();
      assertThat(ends.listening.<Object>readInbound()).isNull();
      ends.listening.read();

      ends.read();

      assertThat(ends.listenersReader.text()).isEqualTo("early bird");
      assertThat(ends.listenersReader.completions).isOne();
    }
  }

  @Test
  default void anotherPeerThanTheOneDialledIsRefusedAndNotToldWhoAsks() {
    PeerId dialled = Identity.generate(new Random(3)).peerId();
    try (Ends ends = ends().start(dialled).move()) {
      assertRefused(ends.dialling, ends.diallerFailed);
      assertThat(ends.diallerFailed)
          .hasMessageContaining("the peer is " + Ends.LISTENER.peerId() + ", not " + dialled);
      assertThat(ends.listenerSaw).isNull();
    }
  }

  @Test
  default void aHandshakeRecordedEarlierIsNotAccepted() {
    List<byte[]> recorded = recorded();
    try (Ends ends = ends().start(null)) {
      for (int i = 0; i < recorded.size(); i += 2) {
        Ends.arrive(ends.listening, recorded.get(i));
      }

      assertRefused(ends.listening, ends.listenerFailed);
      assertThat(ends.listenerSaw).isNull();
    }
    try (Ends ends = ends().start(Ends.LISTENER.peerId())) {
      for (int i = 1; i < recorded.size(); i += 2) {
        Ends.arrive(ends.dialling, recorded.get(i));
      }

      assertRefused(ends.dialling, ends.diallerFailed);
      assertThat(ends.diallerSaw).isNull();
    }
  }

  @Test
  default void aHandshakeReflectedIsNotAccepted() {
    try (Ends ends = ends().start(null)) {
      for (int i = 0; i < 4; i++) {
        Ends.arrive(ends.dialling, Ends.sent(ends.dialling));
      }

      assertRefused(ends.dialling, ends.diallerFailed);
    }
  }

  @Test
  default void garbageIsRefused() {
    Random random = new Random(11);
    for (int i = 0; i < 20; i++) {
      byte[] garbage = new byte[600];
      random.nextBytes(garbage);
      // Neither a kind of TLS record nor a length of a Noise message, which would be waited for.
      garbage[0] |= (byte) 0x80;
      try (Ends ends = ends().start(null)) {
        Ends.arrive(ends.listening, garbage);
        Ends.arrive(ends.dialling, garbage);

        assertRefused(ends.listening, ends.listenerFailed);
        assertRefused(ends.dialling, ends.diallerFailed);
      }
    }
  }

  @Test
  default void garbageInTheMiddleIsRefused() {
    List<byte[]> recorded = recorded();
    try (Ends ends = ends().start(null)) {
      Ends.move(ends.dialling, ends.listening, 1000);
      // As long as it should be, and what says how long it is in its place.
      byte[] last = recorded.get(2).clone();
      for (int i = last.length / 2; i < last.length; i++) {
        last[i] ^= 0x55;
      }
      Ends.arrive(ends.listening, last);

      assertRefused(ends.listening, ends.listenerFailed);
    }
  }

  /** However much it says there will be, little of it is waited for. */
  @Test
  default void anOversizedMessageIsRefusedBeforeItHasArrived() {
    byte[] message = oversized();
    try (Ends ends = ends().start(null)) {
      int arrived = 0;
      while (ends.listening.isOpen() && arrived < message.length) {
        Ends.arrive(ends.listening, message, arrived, Math.min(1_000, message.length - arrived));
        arrived += 1_000;
      }

      assertRefused(ends.listening, ends.listenerFailed);
      assertThat(arrived).isLessThan(64 << 10);
    }
  }

  @Test
  default void halfAHandshakeAndThenTheEndIsAnErrorAtBothEnds() {
    List<byte[]> recorded = recorded();
    for (int cut = 0; cut < recorded.get(0).length; cut += 50) {
      try (Ends ends = ends().start(null)) {
        Ends.arrive(ends.listening, recorded.get(0), 0, cut);
        ends.listening.close().syncUninterruptibly();

        assertRefused(ends.listening, ends.listenerFailed);
        assertThat(ends.listenerFailed).hasMessageContaining("connection closed during");
      }
    }
    int answered = recorded.get(1).length;
    for (int cut = 0; cut < answered; cut += 1 + answered / 10) {
      try (Ends ends = ends().start(null)) {
        Ends.move(ends.dialling, ends.listening, 1000);
        Ends.arrive(ends.dialling, Ends.sent(ends.listening), 0, cut);
        ends.dialling.close().syncUninterruptibly();
        ends.listening.close().syncUninterruptibly();

        assertRefused(ends.dialling, ends.diallerFailed);
        assertRefused(ends.listening, ends.listenerFailed);
      }
    }
  }

  @Test
  default void cancellingClosesTheChannelWhateverHasArrived() {
    List<byte[]> recorded = recorded();
    for (int cut : List.of(0, 1, recorded.get(0).length / 2, recorded.get(0).length)) {
      EmbeddedChannel channel = new EmbeddedChannel();
      Disposable handshake =
          listeners(Ends.LISTENER, List.of())
              .secure(channel, Role.RESPONDER, null, List.of())
              .subscribe();
      channel.runPendingTasks();
      Ends.arrive(channel, recorded.get(0), 0, cut);

      handshake.dispose();
      channel.runPendingTasks();

      assertThat(channel.isOpen()).isFalse();
      channel.finishAndReleaseAll();
    }
  }

  @Test
  default void aClosedChannelIsNotSecured() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.close().syncUninterruptibly();
    List<Throwable> errors = new ArrayList<>();
    listeners(Ends.LISTENER, List.of())
        .secure(channel, Role.RESPONDER, null, List.of())
        .subscribe(secured -> {}, errors::add);
    channel.runPendingTasks();

    assertThat(errors).singleElement().isInstanceOf(ConnectionException.class);
  }
}
