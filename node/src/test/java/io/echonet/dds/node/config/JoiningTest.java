package io.echonet.dds.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.kad.KadConfig;
import io.echonet.dds.transport.kad.KadMode;
import io.echonet.dds.transport.kad.KademliaDht;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class JoiningTest {
  private static final Multiaddr NOBODY = Multiaddr.parse("/ip4/127.0.0.1/tcp/9");
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final InMemoryNetwork network = InMemoryNetwork.create(Schedulers.parallel(), 1);
  private final Host host = network.newSilentHost();
  private final Host other = network.newHost();
  private final KademliaDht dht = KademliaDht.start(host, quickRetries(), KadMode.CLIENT);
  private final KademliaDht otherDht =
      KademliaDht.start(other, KadConfig.defaults(), KadMode.SERVER);

  private static KadConfig quickRetries() {
    KadConfig defaults = KadConfig.defaults();
    return defaults.withUpkeep(
        defaults.upkeep().withRetries(Duration.ofMillis(20), Duration.ofMillis(100)));
  }

  @BeforeEach
  void failFast() {
    network.setDialTimeout(Duration.ofSeconds(1));
  }

  @AfterEach
  void close() {
    StepVerifier.create(dht.close().then(otherDht.close()).then(network.close()))
        .expectComplete()
        .verify(Await.TIMEOUT);
  }

  @Test
  void takesOneThatCanBeReached() {
    Joining joining = joining(NOBODY, address());

    StepVerifier.create(joining.byTheFirst()).expectComplete().verify(Await.TIMEOUT);

    assertThat(dht.knownPeers()).isEqualTo(1);
    joining.dispose();
  }

  @Test
  void tellsWhichCouldNotBeReached() {
    Joining joining = joining(NOBODY, address());

    StepVerifier.create(joining.byAll())
        .assertNext(failures -> assertThat(failures).containsOnlyKeys(NOBODY))
        .expectComplete()
        .verify(Await.TIMEOUT);

    joining.dispose();
  }

  @Test
  void namesAllWhenNoneCanBeReached() {
    Multiaddr another = Multiaddr.parse("/ip4/127.0.0.1/tcp/10");
    Joining joining = joining(NOBODY, another);

    StepVerifier.create(joining.byTheFirst())
        .expectErrorSatisfies(
            failure -> {
              assertThat(failure)
                  .isInstanceOf(BootstrapException.class)
                  .hasMessageContaining(NOBODY.toString())
                  .hasMessageContaining(another.toString());
              assertThat(((BootstrapException) failure).failures())
                  .containsOnlyKeys(NOBODY, another);
            })
        .verify(Await.TIMEOUT);

    joining.dispose();
  }

  @Test
  void doesNotDialItself() {
    Joining joining = joining(NOBODY.withPeerId(host.id()), address());

    StepVerifier.create(joining.byAll())
        .expectNext(Map.of())
        .expectComplete()
        .verify(Await.TIMEOUT);

    joining.dispose();
  }

  @Test
  void goesOnTryingWhenNoneCouldBeReached() {
    Multiaddr later = Multiaddr.parse("/ip4/127.0.0.1/tcp/20000");
    Joining joining = joining(later);
    StepVerifier.create(joining.byTheFirst())
        .expectError(BootstrapException.class)
        .verify(Await.TIMEOUT);

    StepVerifier.create(other.listen(later))
        .expectNext(later)
        .expectComplete()
        .verify(Await.TIMEOUT);

    Await.until("the peer that came up was found", () -> dht.knownPeers() == 1);
    joining.dispose();
  }

  private Multiaddr address() {
    return other.announcedAddresses().get(0).withPeerId(other.id());
  }

  private Joining joining(Multiaddr... addresses) {
    return new Joining(host, dht, List.of(addresses), LIMIT);
  }
}
