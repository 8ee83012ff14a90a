package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static io.echonet.dds.transport.testing.HostContract.ECHO;
import static io.echonet.dds.transport.testing.HostContract.ECHO_HANDLER;
import static io.echonet.dds.transport.testing.HostContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.Buffers;
import io.echonet.dds.transport.testing.HostContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Hosts that dial each other at the same time. */
class SimultaneousDialsTest {
  private static final HostConfig CONFIG =
      HostConfig.defaults()
          .withEventLoops(1)
          .withTrimming(
              TrimConfig.defaults()
                  .withDuplicateGrace(Duration.ofMillis(500))
                  .withInterval(Duration.ofMillis(50)));
  private static final byte[] PAYLOAD = Buffers.random(1, 10_000);

  private final List<Host> hosts = new ArrayList<>();

  private Host newHost() {
    Host host = await(Hosts.create(Identity.generate(), CONFIG));
    hosts.add(host);
    host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).block(TIMEOUT);
    host.handle(ECHO, ECHO_HANDLER);
    return host;
  }

  @AfterEach
  void close() {
    Flux.fromIterable(hosts).flatMap(Host::close, 16, 1).blockLast(TIMEOUT);
  }

  /** Whether a new stream from {@code one} to {@code other} carries what it should. */
  private static Mono<Boolean> echo(Host one, Host other) {
    return one.connect(HostContract.addressOf(other))
        .flatMap(connection -> connection.newStream(StreamOptions.defaults(), List.of(ECHO)))
        .flatMap(SimultaneousDialsTest::exchange);
  }

  private static Mono<Boolean> exchange(Stream stream) {
    Mono<Void> sent = stream.send(Buffers.cut(PAYLOAD, 1_000)).then(stream.closeWrite());
    return Mono.zip(sent.thenReturn(1), Buffers.all(stream.receive()))
        .map(both -> Arrays.equals(both.getT2(), PAYLOAD));
  }

  @Test
  void oneConnectionRemainsAtBothEndsAndNoStreamIsLost() {
    for (int round = 0; round < 3; round++) {
      Host one = newHost();
      Host other = newHost();

      List<Boolean> echoed =
          Flux.range(0, 40)
              .flatMap(i -> i % 2 == 0 ? echo(one, other) : echo(other, one), 40, 1)
              .collectList()
              .blockOptional(TIMEOUT)
              .orElseThrow();

      assertThat(echoed).hasSize(40).containsOnly(true);
      Await.until(
          "one connection is left at both ends",
          () -> one.connections().size() == 1 && other.connections().size() == 1);
      Connection left = one.connections().get(0);
      Connection right = other.connections().get(0);
      assertThat(left.localAddress()).isEqualTo(right.remoteAddress());
      assertThat(await(echo(one, other))).isTrue();
      assertThat(await(echo(other, one))).isTrue();
      assertThat(one.connections()).containsExactly(left);
    }
  }
}
