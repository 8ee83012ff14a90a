package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static io.echonet.dds.transport.testing.HostContract.ECHO;
import static io.echonet.dds.transport.testing.HostContract.ECHO_HANDLER;
import static io.echonet.dds.transport.testing.HostContract.await;
import static io.echonet.dds.transport.testing.HostContract.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.identify.IdentifyConfig;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.Buffers;
import io.echonet.dds.transport.testing.HostContract;
import io.echonet.dds.transport.yamux.YamuxMuxer;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What peers do to a host that no peer should; all else goes on unhindered meanwhile. */
class HostilePeersTest {
  /**
   * Where a drop must be the host's decision: no timeout ends within the test by itself. Nor is
   * anything pushed: what tells of the protocols served would take a stream's place at any time.
   */
  private static final HostConfig PATIENT =
      HostConfig.defaults()
          .withEventLoops(1)
          .withIdentify(IdentifyConfig.defaults().withPushDelay(Duration.ofHours(10)))
          .withUpgradeTimeout(Duration.ofMinutes(10))
          .withNegotiationTimeout(Duration.ofMinutes(10));

  /** 2^40 as an unsigned varint. */
  private static final byte[] ENORMOUS = {
    (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x20
  };

  private final List<Host> hosts = new ArrayList<>();
  private final TestTimer time = new TestTimer();

  private static ResourceLimits pending(int inAll, int ofPrefix) {
    return ResourceLimits.defaults()
        .withHandshakes(HandshakeLimits.defaults().withMaxPending(inAll))
        .withLocalPrefix(PrefixLimits.localDefaults().withMaxPending(ofPrefix));
  }

  private static ResourceLimits connections(ConnectionLimits limits) {
    return ResourceLimits.defaults().withConnections(limits);
  }

  private static ResourceLimits streams(StreamLimits limits) {
    return ResourceLimits.defaults().withStreams(limits);
  }

  private Host newHost(HostConfig config) {
    return listening(await(Hosts.create(Identity.generate(), config)));
  }

  /** A host whose timeouts end when the test says so, however slow the machine. */
  private Host newHostOnTestTime(HostConfig config) {
    return listening(TestHosts.start(config, new YamuxMuxer(), time));
  }

  private Host listening(Host host) {
    hosts.add(host);
    host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).block(TIMEOUT);
    host.handle(ECHO, ECHO_HANDLER);
    return host;
  }

  @AfterEach
  void close() {
    Flux.fromIterable(hosts).flatMap(Host::close, 16, 1).blockLast(TIMEOUT);
  }

  /** A connection of an honest peer, which works. */
  private Connection honest(Host host) {
    Connection connection = connect(newHost(PATIENT), host);
    assertEchoes(connection);
    return connection;
  }

  private static void assertEchoes(Connection connection) {
    Stream stream = await(connection.newStream(StreamOptions.defaults(), List.of(ECHO)));
    byte[] bytes = Buffers.random(1, 300_000);
    Mono<Void> sent = stream.send(Buffers.cut(bytes, 20_000)).then(stream.closeWrite());
    assertThat(await(Mono.zip(sent.thenReturn(1), Buffers.all(stream.receive()))).getT2())
        .isEqualTo(bytes);
  }

  /** Lets the host's timeouts end; what has only just reached it may need another. */
  private void awaitDrop(String what, BooleanSupplier dropped) {
    Await.until(
        what,
        () -> {
          time.advance(PATIENT.upgradeTimeout());
          return dropped.getAsBoolean();
        });
  }

  @Test
  void garbageForAHandshakeIsDropped() {
    Host host = newHost(PATIENT);
    Connection honest = honest(host);

    for (int seed = 0; seed < 20; seed++) {
      byte[] garbage = Buffers.random(seed, 16 + new Random(seed).nextInt(5_000));
      garbage[0] = 5; // A line of this length, so that the host has no reason to wait for more.
      try (RawPeer peer = RawPeer.connect(host)) {
        peer.say(garbage).awaitDrop();
      }
    }

    assertEchoes(honest);
    assertThat(host.connections()).hasSize(1);
  }

  @Test
  void garbageWithinTheNoiseHandshakeIsDropped() {
    Host host = newHost(PATIENT);
    Connection honest = honest(host);
    byte[] message = new byte[2 + 100];
    message[1] = 100;

    try (RawPeer peer = RawPeer.connect(host)) {
      peer.say(RawPeer.line("/multistream/1.0.0")).say(RawPeer.line("/noise"));
      peer.say(message).say(message).awaitDrop();
    }

    assertEchoes(honest);
    assertThat(host.connections()).hasSize(1);
  }

  @Test
  void garbageWithinTheTlsHandshakeIsDropped() {
    Host host = newHost(PATIENT);
    Connection honest = honest(host);
    byte[] unknownMessage = {22, 3, 3, 0, 6, 99, 0, 0, 2, 1, 1};
    byte[] tooLongMessage = {22, 3, 3, 0, 5, 1, -1, -1, -1, 0};
    byte[] applicationData = {23, 3, 3, 0, 2, 1, 1};

    for (byte[] garbage :
        List.of(Buffers.random(1, 3_000), unknownMessage, tooLongMessage, applicationData)) {
      try (RawPeer peer = RawPeer.connect(host)) {
        peer.say(RawPeer.line("/multistream/1.0.0")).say(RawPeer.line("/tls/1.0.0"));
        peer.say(garbage).awaitDrop();
      }
    }

    assertEchoes(honest);
    assertThat(host.connections()).hasSize(1);
  }

  @Test
  void anEnormousLengthIsDroppedAtOnce() {
    Host host = newHost(PATIENT);
    Connection honest = honest(host);

    try (RawPeer peer = RawPeer.connect(host)) {
      peer.say(ENORMOUS).awaitDrop();
    }
    try (RawPeer peer = RawPeer.connect(host)) {
      peer.say(RawPeer.line("/multistream/1.0.0")).say(ENORMOUS).awaitDrop();
    }

    assertEchoes(honest);
  }

  @Test
  void aSilentPeerIsDroppedAfterTheTimeout() {
    Host host = newHostOnTestTime(PATIENT);
    Connection honest = honest(host);

    try (RawPeer peer = RawPeer.connect(host)) {
      time.advance(PATIENT.upgradeTimeout().minusSeconds(1));
      assertThat(peer.isDropped()).isFalse();
      awaitDrop("the silent peer is dropped", peer::isDropped);
    }

    assertEchoes(honest);
  }

  @Test
  void aHandshakeThatStallsIsDroppedAfterTheTimeout() {
    Host host = newHostOnTestTime(PATIENT);
    Connection honest = honest(host);
    byte[] header = RawPeer.line("/multistream/1.0.0");
    byte[] noise = RawPeer.line("/noise");
    byte[] tls = RawPeer.line("/tls/1.0.0");
    List<List<byte[]>> beginnings =
        List.of(
            List.of(new byte[] {header[0]}),
            List.of(new byte[] {header[0], header[1]}),
            List.of(header),
            List.of(header, noise),
            List.of(header, noise, new byte[] {0x10, 0x00, 1}),
            List.of(header, tls),
            List.of(header, tls, new byte[] {22, 3, 1, 1}),
            List.of(header, tls, new byte[] {22, 3, 3, -1, -1, 1, 0, 0, 1, 0}),
            List.of(header, tls, new byte[] {22, 3, 1, 2, 0, 1, 0, 1, -4, 3, 3}));

    for (List<byte[]> beginning : beginnings) {
      try (RawPeer peer = RawPeer.connect(host)) {
        beginning.forEach(peer::say);
        assertThat(peer.isDropped()).isFalse();
        awaitDrop("the stalled peer is dropped", peer::isDropped);
      }
    }

    assertEchoes(honest);
  }

  @Test
  void pendingHandshakesAreLimited() {
    Host host = newHost(PATIENT.withLimits(pending(8, 100)));
    Connection honest = honest(host);
    List<RawPeer> flood = new ArrayList<>();

    try {
      for (int i = 0; i < 60; i++) {
        flood.add(RawPeer.connect(host));
      }
      Await.until("only eight are left", () -> undropped(flood) == 8);
      assertEchoes(honest);
    } finally {
      flood.forEach(RawPeer::close);
    }

    Host late = newHost(PATIENT);
    Await.until("there is room again", () -> reaches(late, host));
  }

  @Test
  void handshakesThatTimeOutMakeRoom() {
    Host host = newHostOnTestTime(PATIENT.withLimits(pending(3, 3)));
    List<RawPeer> flood = new ArrayList<>();

    try {
      for (int i = 0; i < 10; i++) {
        flood.add(RawPeer.connect(host));
      }
      awaitDrop("all are dropped", () -> undropped(flood) == 0);
      Host late = newHost(PATIENT);
      Await.until("there is room", () -> reaches(late, host));
    } finally {
      flood.forEach(RawPeer::close);
    }
  }

  private static long undropped(List<RawPeer> peers) {
    return peers.stream().filter(peer -> !peer.isDropped()).count();
  }

  private static boolean reaches(Host from, Host to) {
    return from.connect(HostContract.addressOf(to))
        .map(connection -> true)
        .onErrorReturn(DialException.class, false)
        .blockOptional(TIMEOUT)
        .orElse(false);
  }

  @Test
  void onePlaceCannotTakeAllPendingHandshakes() {
    Host host = newHost(PATIENT.withLimits(pending(100, 3)));
    List<RawPeer> flood = new ArrayList<>();

    try {
      for (int i = 0; i < 10; i++) {
        flood.add(RawPeer.connect(host));
      }
      Await.until("only three are left", () -> undropped(flood) == 3);
    } finally {
      flood.forEach(RawPeer::close);
    }
  }

  @Test
  void connectionsAreLimited() {
    Host host =
        newHost(PATIENT.withLimits(connections(ConnectionLimits.defaults().withInAll(2, 2))));
    Connection first = honest(host);
    Connection second = honest(host);

    StepVerifier.create(newHost(PATIENT).connect(host.listenAddresses().get(0)))
        .expectError(DialException.class)
        .verify(TIMEOUT);
    assertEchoes(first);
    assertEchoes(second);

    first.close().block(TIMEOUT);
    Await.until("there is room", () -> host.connections().size() == 1);
    honest(host);
  }

  @Test
  void inboundConnectionsLeaveRoomForDials() {
    Host host =
        newHost(PATIENT.withLimits(connections(ConnectionLimits.defaults().withInAll(2, 1))));
    Connection first = honest(host);
    Host other = newHost(PATIENT);

    try (RawPeer peer = RawPeer.connect(host)) {
      assertThat(peer.awaitDrop()).isEmpty();
    }
    assertEchoes(connect(host, other));
    assertEchoes(first);
  }

  @Test
  void whatOwnLimitsPreventIsNotHeldAgainstThePeer() {
    Host host =
        newHost(PATIENT.withLimits(connections(ConnectionLimits.defaults().withInAll(1, 1))));
    Connection first = honest(host);
    Host other = newHost(PATIENT);
    host.peerStore().addAddresses(other.id(), other.listenAddresses(), Duration.ofHours(1));

    StepVerifier.create(host.connect(other.id()))
        .expectErrorSatisfies(failure -> assertThat(DialException.isRefusedHere(failure)).isTrue())
        .verify(TIMEOUT);
    first.close().block(TIMEOUT);
    Await.until("there is room", () -> host.connections().isEmpty());
    assertEchoes(await(host.connect(other.id())));
  }

  @Test
  void connectionsOfAPrefixAreLimited() {
    Host host =
        newHost(
            PATIENT.withLimits(
                ResourceLimits.defaults()
                    .withLocalPrefix(PrefixLimits.localDefaults().withConnections(2))));
    Connection first = honest(host);
    Connection second = honest(host);

    try (RawPeer peer = RawPeer.connect(host)) {
      assertThat(peer.awaitDrop()).isEmpty();
    }
    assertEchoes(first);
    assertEchoes(second);
  }

  @Test
  void handshakesBeyondTheRateAreClosedWithoutAWord() {
    Host host =
        newHost(
            PATIENT.withLimits(
                ResourceLimits.defaults()
                    .withLocalPrefix(PrefixLimits.localDefaults().withHandshakeRate(1, 3))));
    Connection honest = honest(host);
    List<RawPeer> flood = new ArrayList<>();

    try {
      for (int i = 0; i < 50; i++) {
        flood.add(RawPeer.connect(host).say(RawPeer.line("/multistream/1.0.0")));
      }
      Await.until("most are closed", () -> undropped(flood) < 10);
      long wordless =
          flood.stream().filter(RawPeer::isDropped).filter(p -> p.awaitDrop().length == 0).count();
      assertThat(wordless).isGreaterThan(40);
      assertEchoes(honest);
    } finally {
      flood.forEach(RawPeer::close);
    }
  }

  @Test
  void streamsThatDoNotSayWhatForAreLimited() {
    Host host =
        newHost(PATIENT.withLimits(streams(StreamLimits.defaults().withMaxNegotiating(10))));
    Connection honest = honest(host);
    MuteStreams muxer = connectMute(host);

    muxer.open(50);

    Await.until("only ten are left", () -> muxer.alive() == 10);
    assertEchoes(honest);
    assertThat(muxer.alive()).isEqualTo(10);
  }

  @Test
  void streamsThatDoNotSayWhatForTimeOut() {
    Host host = newHostOnTestTime(PATIENT);
    MuteStreams muxer = connectMute(host);

    muxer.open(5);

    assertThat(muxer.alive()).isEqualTo(5);
    awaitDrop("all are reset", () -> muxer.alive() == 0);
    Await.until("nothing is left", () -> host.connections().get(0).openStreams() == 0);
  }

  /** Connects a host that has nothing open but what it opens by {@link MuteStreams#open}. */
  private MuteStreams connectMute(Host host) {
    MuteStreams muxer = new MuteStreams();
    Host attacker = muxer.host(PATIENT);
    hosts.add(attacker);
    connect(attacker, host);
    Await.until("the connection is known there", () -> isConnected(host, attacker));
    awaitIntroduced();
    return muxer;
  }

  @Test
  void streamsOfAPeerAreLimitedPerProtocol() {
    Host host = newHost(PATIENT.withLimits(streams(StreamLimits.defaults().withPerProtocol(5, 3))));
    host.handle("/held", stream -> Mono.never());
    Connection one = honest(host);
    Connection other = honest(host);
    for (int i = 0; i < 3; i++) {
      hold(one);
    }

    StepVerifier.create(hold(one).receive())
        .expectError(StreamResetException.class)
        .verify(TIMEOUT);
    hold(other);
    hold(other);
    StepVerifier.create(hold(other).receive())
        .expectError(StreamResetException.class)
        .verify(TIMEOUT);
    assertEchoes(one);
  }

  @Test
  void streamsOfAPeerAreLimitedWhateverTheProtocol() {
    Host host = newHost(PATIENT.withLimits(streams(StreamLimits.defaults().withPerPeer(3))));
    host.handle("/held", stream -> Mono.never());
    host.handle("/held/other", stream -> Mono.never());
    Connection one = honest(host);
    awaitIntroduced();
    Stream first = hold(one);
    hold(one);
    hold(one, "/held/other");
    awaitOpenStreams(host, 3);

    assertRefused(one, "/held");
    assertRefused(one, "/held/other");
    first.reset();
    awaitOpenStreams(host, 2);
    assertEchoes(one);
    assertEchoes(honest(host));
  }

  @Test
  void streamsAreLimitedInAll() {
    Host host = newHost(PATIENT.withLimits(streams(StreamLimits.defaults().withInAll(4))));
    host.handle("/held", stream -> Mono.never());
    Connection one = honest(host);
    Connection other = honest(host);
    awaitIntroduced();
    Stream first = hold(one);
    hold(one);
    hold(other);
    hold(other);
    awaitOpenStreams(host, 4);

    assertRefused(other, "/held");
    first.reset();
    awaitOpenStreams(host, 3);
    assertEchoes(other);
  }

  @Test
  void streamsOfAPrefixAreLimited() {
    Host host =
        newHost(
            PATIENT.withLimits(
                ResourceLimits.defaults()
                    .withLocalPrefix(PrefixLimits.localDefaults().withStreams(4))));
    host.handle("/held", stream -> Mono.never());
    Connection one = honest(host);
    Connection other = honest(host);
    awaitIntroduced();
    for (int i = 0; i < 2; i++) {
      hold(one);
      hold(other);
    }
    awaitOpenStreams(host, 4);

    assertRefused(one, "/held");
    assertRefused(other, "/held");
  }

  /** Both ends introduce themselves, and either stream would count. */
  private void awaitIntroduced() {
    Await.until(
        "all is over that hosts do by themselves",
        () -> hosts.stream().allMatch(HostilePeersTest::isIntroducedToAll));
  }

  private static boolean isConnected(Host host, Host peer) {
    return host.connections().stream().anyMatch(c -> c.remotePeer().equals(peer.id()));
  }

  private static boolean isIntroducedToAll(Host host) {
    return host.connections().stream()
        .allMatch(
            c -> c.openStreams() == 0 && host.peerStore().agentVersion(c.remotePeer()).isPresent());
  }

  private static void awaitOpenStreams(Host host, int count) {
    Await.until(
        count + " streams are open",
        () -> host.connections().stream().mapToInt(Connection::openStreams).sum() == count);
  }

  private static void assertRefused(Connection connection, String protocol) {
    Stream stream = await(connection.newStream(StreamOptions.defaults(), List.of(protocol)));
    Mono<Void> sent = stream.send(Mono.fromSupplier(() -> Buffers.of("!"))).onErrorComplete();
    StepVerifier.create(sent.thenMany(stream.receive()))
        .expectError(StreamResetException.class)
        .verify(TIMEOUT);
  }

  private static Stream hold(Connection connection) {
    return hold(connection, "/held");
  }

  private static Stream hold(Connection connection, String protocol) {
    Stream stream = await(connection.newStream(StreamOptions.defaults(), List.of(protocol)));
    stream.send(Mono.fromSupplier(() -> Buffers.of("!"))).block(TIMEOUT);
    return stream;
  }

  @Test
  void anIntroductionOfEnormousLengthIsNotWaitedFor() {
    Host host = newHost(PATIENT);
    Connection connection = connect(newHost(PATIENT), host);
    Stream push =
        await(connection.newStream(StreamOptions.defaults(), List.of("/ipfs/id/push/1.0.0")));

    push.send(Mono.fromSupplier(() -> Buffers.of(ENORMOUS))).block(TIMEOUT);

    StepVerifier.create(push.receive()).expectError(StreamResetException.class).verify(TIMEOUT);
    assertEchoes(connection);
  }

  @Test
  void aFloodOfGarbageCostsNoMemory() {
    Host host = newHost(PATIENT);
    Connection honest = honest(host);
    byte[] garbage = Buffers.random(7, 100_000);
    garbage[0] = 5;
    long before = PlatformDependent.usedDirectMemory();

    for (int i = 0; i < 100; i++) {
      try (RawPeer peer = RawPeer.connect(host)) {
        peer.say(garbage);
      }
    }

    assertEchoes(honest);
    assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(32L << 20);
    Await.until("only the honest one is left", () -> host.connections().size() == 1);
  }
}
