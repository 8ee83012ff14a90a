package io.echonet.dds.transport.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The network's own settings, on virtual time. */
class InMemoryNetworkTest {
  private static final String PROTOCOL = "/test/sink/1.0.0";

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final InMemoryNetwork network = InMemoryNetwork.create(time, 42);
  private final AtomicReference<byte[]> received = new AtomicReference<>();
  private final AtomicReference<Throwable> broken = new AtomicReference<>();
  private final AtomicInteger receivedBytes = new AtomicInteger();

  @AfterEach
  void close() {
    network.close().subscribe();
  }

  /** A host that reads all it is sent. */
  private Host reader() {
    Host host = network.newHost();
    host.handle(
        PROTOCOL,
        stream ->
            Buffers.all(stream.receive().doOnNext(b -> receivedBytes.addAndGet(b.readableBytes())))
                .doOnNext(received::set)
                .doOnError(broken::set)
                .then());
    return host;
  }

  private Connection connect(Host from, Host to) {
    AtomicReference<Connection> connection = new AtomicReference<>();
    from.connect(HostContract.addressOf(to)).subscribe(connection::set);
    time.advanceTimeBy(Duration.ofMillis(200));
    return Objects.requireNonNull(connection.get(), "not connected");
  }

  private static void send(Connection connection, Flux<ByteBuf> buffers) {
    connection
        .newStream(StreamOptions.defaults(), List.of(PROTOCOL))
        .flatMap(stream -> stream.send(buffers).then(stream.closeWrite()))
        .subscribe(nothing -> {}, failure -> {});
  }

  @Test
  void bytesArriveAfterTheDelay() {
    network.setDefaultLink(Link.PERFECT.withDelay(Duration.ofMillis(100)));
    Connection connection = connect(network.newHost(), reader());

    send(connection, Buffers.cut(new byte[10], 10));

    time.advanceTimeBy(Duration.ofMillis(99));
    assertThat(received).hasNullValue();
    time.advanceTimeBy(Duration.ofMillis(1));
    assertThat(received.get()).hasSize(10);
  }

  @Test
  void aDialTakesARoundTrip() {
    network.setDefaultLink(Link.PERFECT.withDelay(Duration.ofMillis(100)));
    Host one = network.newHost();

    one.connect(HostContract.addressOf(reader())).subscribe();

    time.advanceTimeBy(Duration.ofMillis(199));
    assertThat(one.connections()).isEmpty();
    time.advanceTimeBy(Duration.ofMillis(1));
    assertThat(one.connections()).hasSize(1);
  }

  @Test
  void theBandwidthIsKept() {
    network.setDefaultLink(Link.PERFECT.withBandwidth(1_000_000));
    Connection connection = connect(network.newHost(), reader());

    send(connection, Buffers.cut(new byte[1_000_000], 50_000));

    time.advanceTimeBy(Duration.ofMillis(990));
    assertThat(received).hasNullValue();
    time.advanceTimeBy(Duration.ofMillis(30));
    assertThat(received.get()).hasSize(1_000_000);
  }

  @Test
  void aWindowPerRoundTripIsAllThatASlowLinkCarries() {
    network.setDefaultLink(Link.PERFECT.withDelay(Duration.ofMillis(50)));
    Connection connection = connect(network.newHost(), reader());

    send(connection, Buffers.cut(new byte[3_000_000], 16_384));

    time.advanceTimeBy(Duration.ofMillis(50));
    assertThat(receivedBytes).hasValue(262_144);
    time.advanceTimeBy(Duration.ofMillis(100));
    assertThat(receivedBytes).hasValue(2 * 262_144);
  }

  @Test
  void framesAreCutToSize() {
    network.setDefaultLink(Link.PERFECT.withMaxFrameBytes(3));
    List<Integer> sizes = new ArrayList<>();
    Host reader = network.newHost();
    reader.handle(
        PROTOCOL,
        stream -> stream.receive().map(Buffers::bytes).doOnNext(b -> sizes.add(b.length)).then());

    send(connect(network.newHost(), reader), Buffers.cut(new byte[8], 8));
    time.advanceTime();

    assertThat(sizes).containsExactly(3, 3, 2);
  }

  @Test
  void corruptionChangesWhatArrivesAndNotWhatWasSent() {
    Host one = network.newHost();
    Host other = reader();
    network.setLinkOneWay(
        one,
        other,
        Link.PERFECT.withCorruption(
            bytes -> {
              bytes[0] ^= 1;
              return bytes;
            }));
    byte[] sent = {1, 2, 3};

    send(connect(one, other), Buffers.cut(sent, 3));
    time.advanceTime();

    assertThat(received.get()).containsExactly(0, 2, 3);
    assertThat(sent).containsExactly(1, 2, 3);
  }

  @Test
  void aPartitionHoldsBytesUntilItHeals() {
    Host one = network.newHost();
    Host other = reader();
    Connection connection = connect(one, other);
    network.partition(one, other);

    send(connection, Buffers.cut(new byte[1_000_000], 16_384));
    time.advanceTimeBy(Duration.ofHours(1));
    assertThat(receivedBytes).hasValue(0);

    network.heal(one, other);
    time.advanceTime();
    assertThat(received.get()).hasSize(1_000_000);
  }

  @Test
  void dialsAcrossAPartitionTimeOut() {
    Host one = network.newHost();
    Host other = reader();
    network.partition(one, other);
    network.setDialTimeout(Duration.ofSeconds(5));
    AtomicReference<Throwable> failure = new AtomicReference<>();

    one.connect(HostContract.addressOf(other)).subscribe(connection -> {}, failure::set);

    time.advanceTimeBy(Duration.ofMillis(4_999));
    assertThat(failure).hasNullValue();
    time.advanceTimeBy(Duration.ofMillis(1));
    assertThat(failure.get())
        .isInstanceOf(DialException.class)
        .hasMessageContaining("timed out after PT5S");
  }

  @Test
  void aConnectionIsLostWithinAMessage() {
    Host one = network.newHost();
    Host other = reader();
    Connection connection = connect(one, other);
    network.setLinkOneWay(one, other, Link.PERFECT.withMaxFrameBytes(100).withLossAfter(500));

    send(connection, Buffers.cut(new byte[1_000], 1_000));
    time.advanceTime();

    assertThat(broken.get()).isInstanceOf(ConnectionException.class);
    assertThat(receivedBytes.get()).isBetween(1, 500);
    assertThat(one.connections()).isEmpty();
    assertThat(other.connections()).isEmpty();
  }

  @Test
  void theKilledAreMissedAfterTheDelay() {
    network.setDefaultLink(Link.PERFECT.withDelay(Duration.ofMillis(50)));
    Host one = network.newHost();
    Host other = reader();
    connect(one, other);

    network.kill(other);

    time.advanceTimeBy(Duration.ofMillis(49));
    assertThat(one.connections()).hasSize(1);
    time.advanceTimeBy(Duration.ofMillis(1));
    assertThat(one.connections()).isEmpty();
  }

  @Test
  void theUnpluggedAreNotMissed() {
    Host one = network.newHost();
    Host other = reader();
    Connection connection = connect(one, other);

    network.unplug(other);
    send(connection, Buffers.cut(new byte[1_000_000], 16_384));
    time.advanceTimeBy(Duration.ofHours(1));

    assertThat(one.connections()).containsExactly(connection);
  }

  @Test
  void theSameSeedGivesTheSameHistory() {
    assertThat(history(7)).isEqualTo(history(7)).hasSizeGreaterThan(100);
    assertThat(history(7)).isNotEqualTo(history(8));
  }

  /** Hosts that chatter over random links: who got how much when. */
  private static List<String> history(long seed) {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    InMemoryNetwork network = InMemoryNetwork.create(time, seed);
    Random random = new Random(seed);
    List<String> history = new ArrayList<>();
    List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Host host = network.newHost();
      host.handle(PROTOCOL, stream -> log(history, time, stream));
      hosts.add(host);
    }
    for (int i = 0; i < 40; i++) {
      Host from = hosts.get(random.nextInt(hosts.size()));
      Host to = hosts.get(random.nextInt(hosts.size()));
      network.setLink(from, to, Link.PERFECT.withDelay(Duration.ofMillis(random.nextInt(50))));
      int bytes = random.nextInt(100_000);
      from.connect(HostContract.addressOf(to))
          .delayElement(Duration.ofMillis(random.nextInt(100)), time)
          .subscribe(
              connection -> send(connection, Buffers.cut(new byte[bytes], 5_000)),
              failure -> history.add(failure.toString()));
    }
    time.advanceTimeBy(Duration.ofSeconds(10));
    network.close().subscribe();
    return history;
  }

  private static Mono<Void> log(List<String> history, VirtualTimeScheduler time, Stream stream) {
    return stream
        .receive()
        .doOnNext(
            buffer ->
                history.add(
                    time.now(TimeUnit.MILLISECONDS)
                        + " "
                        + stream.connection()
                        + " "
                        + Buffers.bytes(buffer).length))
        .then();
  }
}
