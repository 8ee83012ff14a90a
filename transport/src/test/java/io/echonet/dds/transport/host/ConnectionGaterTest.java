package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static io.echonet.dds.transport.testing.HostContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ConnectionGater;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.GatedException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.HostContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ConnectionGaterTest {
  private static final HostConfig CONFIG = HostConfig.defaults().withEventLoops(1);

  private final List<Host> hosts = new ArrayList<>();
  private final Questions questions = new Questions();

  /** Remembers what it was asked, and says no to what begins with {@code refused}. */
  private static final class Questions implements ConnectionGater {
    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    volatile String refused = "nothing";

    private boolean answer(String question) {
      asked.add(question);
      return !question.startsWith(refused);
    }

    @Override
    public boolean mayDial(PeerId peer) {
      return answer("dial peer " + peer);
    }

    @Override
    public boolean mayDial(Multiaddr address) {
      return answer("dial address " + address);
    }

    @Override
    public boolean mayAccept(Multiaddr from) {
      return answer("accept " + from.components().get(0).value());
    }

    @Override
    public boolean mayKeep(PeerId peer, Multiaddr address, boolean isInitiator) {
      return answer("keep " + peer + " " + isInitiator);
    }
  }

  private Host newHost(HostConfig config) {
    Host host = await(Hosts.create(Identity.generate(), config));
    hosts.add(host);
    host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).block(TIMEOUT);
    return host;
  }

  private Host gated() {
    return newHost(CONFIG.withGater(questions));
  }

  @AfterEach
  void close() {
    Flux.fromIterable(hosts).flatMap(Host::close, 16, 1).blockLast(TIMEOUT);
  }

  private static DialException refused(Mono<Connection> dial) {
    try {
      dial.block(TIMEOUT);
    } catch (DialException e) {
      return e;
    }
    throw new AssertionError("it was not refused");
  }

  @Test
  void aDialIsAskedForBeforeTheConnectionAndWhenThePeerIsProven() {
    Host host = gated();
    Host other = newHost(CONFIG);

    host.connect(HostContract.addressOf(other)).block(TIMEOUT);

    assertThat(questions.asked)
        .containsExactly(
            "dial peer " + other.id(),
            "dial address " + HostContract.addressOf(other),
            "keep " + other.id() + " true");
  }

  @Test
  void anArrivalIsAskedForBeforeTheHandshakeAndWhenThePeerIsProven() {
    Host host = gated();
    Host other = newHost(CONFIG);

    other.connect(HostContract.addressOf(host)).block(TIMEOUT);

    Await.until("the peer is proven here too", () -> questions.asked.size() == 2);
    assertThat(questions.asked)
        .containsExactly("accept 127.0.0.1", "keep " + other.id() + " false");
  }

  @Test
  void aRefusedPeerIsNotDialled() {
    Host host = gated();
    Host other = newHost(CONFIG);
    questions.refused = "dial peer " + other.id();

    DialException refusal = refused(host.connect(HostContract.addressOf(other)));

    assertThat(refusal.isRefusedHere()).isTrue();
    assertThat(refusal).hasCauseInstanceOf(GatedException.class);
    assertThat(questions.asked).hasSize(1);
    assertThat(other.connections()).isEmpty();
  }

  @Test
  void aRefusedAddressIsNotDialledAndNotHeldAgainstThePeer() {
    Host host = gated();
    Host other = newHost(CONFIG);
    host.peerStore().addAddresses(other.id(), other.listenAddresses(), Duration.ofHours(1));
    questions.refused = "dial address";

    assertThat(refused(host.connect(other.id())).isRefusedHere()).isTrue();

    questions.refused = "nothing";
    host.connect(other.id()).block(TIMEOUT);
  }

  @Test
  void aRefusedArrivalIsClosedWithoutAWord() {
    Host host = gated();
    questions.refused = "accept";

    try (RawPeer peer = RawPeer.connect(host)) {
      assertThat(peer.awaitDrop()).isEmpty();
    }
    assertThat(refused(newHost(CONFIG).connect(HostContract.addressOf(host))).isRefusedHere())
        .isFalse();
    assertThat(host.connections()).isEmpty();
  }

  @Test
  void aProvenPeerThatIsRefusedIsClosed() {
    Host host = gated();
    Host other = newHost(CONFIG);
    questions.refused = "keep " + other.id();

    DialException refusal = refused(host.connect(HostContract.addressOf(other)));

    assertThat(refusal.isRefusedHere()).isTrue();
    Await.until("nothing is left there", () -> other.connections().isEmpty());

    other
        .connect(HostContract.addressOf(host))
        .flatMap(Connection::onClose)
        .onErrorComplete()
        .block(TIMEOUT);
    assertThat(host.connections()).isEmpty();
  }

  @Test
  void aQuestionThatThrowsIsAnsweredWithNo() {
    Host host =
        newHost(
            CONFIG.withGater(
                new ConnectionGater() {
                  @Override
                  public boolean mayDial(Multiaddr address) {
                    throw new IllegalStateException("cannot tell");
                  }
                }));
    Host other = newHost(CONFIG);

    assertThatThrownBy(() -> host.connect(HostContract.addressOf(other)).block(TIMEOUT))
        .isInstanceOf(DialException.class)
        .hasMessageContaining("is not wanted here");
  }
}
