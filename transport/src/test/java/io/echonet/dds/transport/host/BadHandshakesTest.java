package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static io.echonet.dds.transport.testing.HostContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.Buffers;
import io.echonet.dds.transport.testing.HostContract;
import io.echonet.dds.transport.yamux.YamuxMuxer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * Handshakes that never end well: each costs the host one of its places for handshakes (here it has
 * one) until the timeout at most, and then an honest peer gets it.
 */
@ParameterizedClass
@EnumSource
class BadHandshakesTest {
  private static final Duration UPGRADE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Security security;
  private final HostConfig config;
  private final TestTimer time = new TestTimer();
  private final List<Host> hosts = new ArrayList<>();

  BadHandshakesTest(Security security) {
    this.security = security;
    this.config =
        HostConfig.defaults()
            .withEventLoops(1)
            .withSecurity(List.of(security))
            .withUpgradeTimeout(UPGRADE_TIMEOUT)
            .withLimits(
                ResourceLimits.defaults()
                    .withHandshakes(HandshakeLimits.defaults().withMaxPending(1)));
  }

  /** A host with one place for a handshake, whose timeouts end when the test says so. */
  private Host target() {
    return listening(TestHosts.start(config, new YamuxMuxer(config.yamux()), time));
  }

  private Host newHost() {
    return listening(
        await(
            Hosts.create(Identity.generate(), config.withUpgradeTimeout(Duration.ofMinutes(10)))));
  }

  private Host listening(Host host) {
    hosts.add(host);
    await(host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
    return host;
  }

  @AfterEach
  void close() {
    Flux.fromIterable(hosts).flatMap(Host::close, 16, 1).blockLast(TIMEOUT);
  }

  /** What a dialler says up to where the handshake begins. */
  private byte[] opening() {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    lines.writeBytes(RawPeer.line("/multistream/1.0.0"));
    lines.writeBytes(RawPeer.line(security == Security.NOISE ? "/noise" : "/tls/1.0.0"));
    return lines.toByteArray();
  }

  /** A first message that is well-formed as far as it goes, and long. */
  private byte[] slowMessage() {
    byte[] beginning =
        security == Security.NOISE
            ? new byte[] {0x10, 0x00, 1}
            : new byte[] {22, 3, 1, 2, 0, 1, 0, 1, -4, 3, 3};
    return Arrays.copyOf(beginning, 500);
  }

  private static void assertTakesPeers(Host host, Host honest) {
    Await.until(
        "the place is free",
        () ->
            honest
                .connect(HostContract.addressOf(host))
                .map(connection -> true)
                .onErrorReturn(DialException.class, false)
                .blockOptional(TIMEOUT)
                .orElse(false));
    Await.until("it is here", () -> host.connections().size() == 1);
  }

  @Test
  void aPeerThatStallsLosesItsPlaceAtTheTimeout() {
    Host host = target();
    Host honest = newHost();
    try (RawPeer peer = RawPeer.connect(host)) {
      peer.say(opening()).say(Arrays.copyOf(slowMessage(), 40));
      peer.hears(opening().length);
      time.advance(UPGRADE_TIMEOUT.minus(SECOND));
      assertThat(peer.isDropped()).isFalse();

      time.advance(SECOND);

      peer.awaitDrop();
      assertTakesPeers(host, honest);
    }
  }

  @Test
  void aPeerThatDripsAByteASecondLosesItsPlaceAtTheTimeout() {
    Host host = target();
    Host honest = newHost();
    byte[] message = slowMessage();
    try (RawPeer peer = RawPeer.connect(host)) {
      peer.say(opening());
      peer.hears(opening().length);
      int dripped = 0;
      for (; dripped < UPGRADE_TIMEOUT.toSeconds() - 1; dripped++) {
        peer.say(new byte[] {message[dripped]});
        time.advance(SECOND);
        assertThat(peer.isDropped()).isFalse();
      }
      peer.say(new byte[] {message[dripped]});
      time.advance(SECOND);

      peer.awaitDrop();
      assertTakesPeers(host, honest);
    }
  }

  @Test
  void aRecordedHandshakeIsDroppedAtOnce() throws IOException {
    Host host = target();
    Host honest = newHost();
    byte[] recorded;
    try (RecordingRelay relay = new RecordingRelay(host.listenAddresses().get(0))) {
      await(honest.connect(relay.address().withPeerId(host.id())));
      Await.until("all is said", () -> host.connections().size() == 1);
      recorded = relay.recorded();
      honest.close().block(TIMEOUT);
    }
    Await.until("the honest peer has gone", () -> host.connections().isEmpty());

    try (RawPeer peer = RawPeer.connect(host)) {
      peer.say(recorded).awaitDrop();
      assertThat(host.connections()).isEmpty();
      assertTakesPeers(host, newHost());
    }
  }

  @Test
  void garbageForAHandshakeIsDroppedAtOnce() {
    Host host = target();
    for (int seed = 0; seed < 5; seed++) {
      byte[] garbage = Buffers.random(seed, 20_000);
      try (RawPeer peer = RawPeer.connect(host)) {
        peer.say(opening());
        peer.hears(opening().length);
        peer.say(garbage).awaitDrop();
      }
    }

    assertTakesPeers(host, newHost());
  }

  @Test
  void anOversizedMessageIsDroppedBeforeItIsThere() {
    byte[] beginning =
        security == Security.NOISE
            ? new byte[] {-1, -1}
            : new byte[] {22, 3, 1, 0x40, 0, 1, -1, -1, -1, 3, 3};
    Host host = target();
    try (RawPeer peer = RawPeer.connect(host)) {
      peer.say(opening());
      peer.hears(opening().length);
      // Two records of TLS: the message goes on in the second.
      byte[] message = Arrays.copyOf(beginning, 5 + 0x4000 + 5);
      System.arraycopy(new byte[] {22, 3, 3, 0x40, 0}, 0, message, 5 + 0x4000, 5);
      peer.say(message).say(new byte[0x4000]).awaitDrop();
    }

    assertTakesPeers(host, newHost());
  }

  @Test
  void aPeerThatClosesHalfWayMakesRoomAtOnce() {
    Host host = target();
    byte[] all = Arrays.copyOf(opening(), opening().length + 100);
    System.arraycopy(slowMessage(), 0, all, opening().length, 100);
    for (int cut = 0; cut < all.length; cut += 13) {
      try (RawPeer peer = RawPeer.connect(host)) {
        peer.say(Arrays.copyOf(all, cut));
      }
    }

    assertTakesPeers(host, newHost());
  }

  @Test
  void whoIsNotTheOneDialledIsNamed() {
    Host host = newHost();
    Host other = newHost();
    PeerId dialled = Identity.generate().peerId();
    Multiaddr address = other.listenAddresses().get(0);

    assertFails(
        host.connect(address.withPeerId(dialled)),
        address.toString(),
        "the peer is " + other.id() + ", not " + dialled);
    Await.until("the other end closes too", () -> other.connections().isEmpty());
    assertTakesPeers(other, host);
  }

  private static void assertFails(Mono<?> dial, String... reasons) {
    StepVerifier.create(dial)
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(DialException.class)
                    .hasMessageContainingAll(reasons))
        .verify(TIMEOUT);
  }

  /**
   * What a dialler makes of a listener that answers with {@code handshake} and then closes or not.
   */
  private void answers(byte[] handshake, boolean thenCloses, String... reasons) throws IOException {
    Host host = newHost();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket server = new ServerSocket(0, 50, loopback)) {
      Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/tcp/" + server.getLocalPort());
      Mono<?> dial = host.connect(address).cache();
      Disposable dialling = dial.subscribe(connection -> {}, failure -> {});
      try (Socket socket = server.accept()) {
        socket.getOutputStream().write(opening());
        socket.getOutputStream().write(handshake);
        if (thenCloses) {
          socket.getInputStream().readNBytes(opening().length + 1);
          socket.shutdownOutput();
        }
        List<String> all = new ArrayList<>(List.of(reasons));
        all.add(address.toString());
        assertFails(dial, all.toArray(String[]::new));
        dialling.dispose();
      }
      assertThat(host.connections()).isEmpty();
    }
  }

  @Test
  void aListenerThatAnswersGarbageFailsTheDial() throws IOException {
    answers(Buffers.random(1, 20_000), false, security == Security.NOISE ? "noise" : "tls");
  }

  @Test
  void aListenerThatClosesHalfWayFailsTheDial() throws IOException {
    answers(new byte[] {22}, true, "connection closed during the");
  }
}
