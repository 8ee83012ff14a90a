package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.HostContract;
import io.echonet.dds.transport.testing.StreamContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The contracts over real sockets. */
class DefaultHostTest implements HostContract, StreamContract {
  /** A busy machine is no reason to fail. */
  private static final HostConfig CONFIG =
      HostConfig.defaults()
          .withEventLoops(1)
          .withUpgradeTimeout(TIMEOUT)
          .withNegotiationTimeout(TIMEOUT)
          .withDialing(DialConfig.defaults().withTimeout(TIMEOUT));

  private final List<Host> hosts = new ArrayList<>();

  HostConfig config() {
    return CONFIG;
  }

  @Override
  public Host newHost() {
    Host host = HostContract.await(Hosts.create(Identity.generate(), config()));
    hosts.add(host);
    host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).block(TIMEOUT);
    return host;
  }

  @AfterEach
  void close() {
    Flux.fromIterable(hosts).flatMap(Host::close, 16, 1).blockLast(TIMEOUT);
  }

  @Test
  void streamsCountInTheScoreOfAPeerHoweverTheyAreOpened() {
    Host host = newHost();
    Host peer = newHost();
    peer.handle(HostContract.ECHO, HostContract.ECHO_HANDLER);
    Connection connection = HostContract.connect(host, peer);

    for (int i = 0; i < 20; i++) {
      HostContract.await(connection.newStream(StreamOptions.defaults(), List.of(HostContract.ECHO)))
          .reset();
    }
    double score = host.peerStore().score(peer.id());
    assertThat(score).isGreaterThan(0.9);

    connection.close().block(Await.TIMEOUT);
    StepVerifier.create(connection.newStream(StreamOptions.defaults(), List.of(HostContract.ECHO)))
        .expectError(ConnectionException.class)
        .verify(Await.TIMEOUT);
    assertThat(host.peerStore().score(peer.id())).isLessThan(score);
  }
}
