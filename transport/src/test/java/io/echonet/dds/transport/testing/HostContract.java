package io.echonet.dds.transport.testing;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.HostEvent;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.ListenException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamHandler;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What every {@link Host} does with connections and peers; {@link StreamContract} has the rest. */
public interface HostContract {
  String ECHO = "/test/echo/1.0.0";

  StreamHandler ECHO_HANDLER = stream -> stream.send(stream.receive());

  /** A new host that listens on a port of 127.0.0.1 and is closed after the test. */
  Host newHost();

  /** Where {@code host} is reached, its id at the end. */
  static Multiaddr addressOf(Host host) {
    return host.listenAddresses().get(0).withPeerId(host.id());
  }

  static Connection connect(Host from, Host to) {
    return await(from.connect(addressOf(to)));
  }

  static <T> T await(Mono<T> mono) {
    return Objects.requireNonNull(mono.block(TIMEOUT), "completed without a value");
  }

  private static String echo(Stream stream, String text) {
    Mono<Void> sent = stream.send(Mono.fromSupplier(() -> Buffers.of(text)));
    return await(
        Mono.when(sent.then(stream.closeWrite()))
            .then()
            .thenMany(stream.receive())
            .as(Buffers::text));
  }

  @Test
  default void aDiallerKnowsWhoAnswersAndTheOtherWhoCalls() {
    Host one = newHost();
    Host other = newHost();

    Connection near = connect(one, other);

    Await.until("the connection is known there", () -> other.connections().size() == 1);
    Connection far = other.connections().get(0);
    assertThat(near.localPeer()).isEqualTo(one.id());
    assertThat(near.remotePeer()).isEqualTo(other.id());
    assertThat(near.remotePublicKey()).isEqualTo(other.identity().publicKey());
    assertThat(near.isInitiator()).isTrue();
    assertThat(near.remoteAddress()).isEqualTo(other.listenAddresses().get(0));
    assertThat(far.remotePeer()).isEqualTo(one.id());
    assertThat(far.remotePublicKey()).isEqualTo(one.identity().publicKey());
    assertThat(far.isInitiator()).isFalse();
    assertThat(far.localAddress()).isEqualTo(near.remoteAddress());
    assertThat(far.remoteAddress()).isEqualTo(near.localAddress());
  }

  @Test
  default void aPeerIsDialledByTheAddressesInTheStore() {
    Host one = newHost();
    Host other = newHost();
    one.peerStore().addAddresses(other.id(), other.listenAddresses(), Duration.ofHours(1));

    assertThat(await(one.connect(other.id())).remotePeer()).isEqualTo(other.id());
  }

  @Test
  default void anOpenConnectionIsUsedAgain() {
    Host one = newHost();
    Host other = newHost();
    Connection first = connect(one, other);

    assertThat(connect(one, other)).isSameAs(first);
    assertThat(await(one.connect(other.id()))).isSameAs(first);
    assertThat(await(one.connect(other.listenAddresses().get(0)))).isSameAs(first);
    assertThat(one.connections()).containsExactly(first);
  }

  @Test
  default void theAcceptingEndUsesTheConnectionToo() {
    Host one = newHost();
    Host other = newHost();
    one.handle(ECHO, ECHO_HANDLER);
    connect(one, other);
    Await.until("the connection is known there", () -> other.connections().size() == 1);

    Stream stream = await(other.newStream(one.id(), StreamOptions.defaults(), ECHO));

    assertThat(stream.connection()).isSameAs(other.connections().get(0));
    assertThat(echo(stream, "the other way")).isEqualTo("the other way");
  }

  @Test
  default void concurrentConnectsShareOneDial() {
    Host one = newHost();
    Host other = newHost();
    one.peerStore().addAddresses(other.id(), other.listenAddresses(), Duration.ofHours(1));

    List<Connection> connections =
        await(Flux.range(0, 20).flatMap(i -> one.connect(other.id()), 20, 1).collectList());

    assertThat(connections).hasSize(20).containsOnly(connections.get(0));
    assertThat(one.connections()).hasSize(1);
    Await.until("the connection is known there", () -> other.connections().size() == 1);
  }

  @Test
  default void cancellingOneOfTwoConnectsLeavesTheOther() {
    Host one = newHost();
    Host other = newHost();
    one.peerStore().addAddresses(other.id(), other.listenAddresses(), Duration.ofHours(1));

    Disposable given = one.connect(other.id()).subscribe();
    Mono<Connection> kept = one.connect(other.id()).cache();
    Disposable waiting = kept.subscribe();
    given.dispose();

    assertThat(await(kept).remotePeer()).isEqualTo(other.id());
    waiting.dispose();
  }

  @Test
  default void anotherPeerThanTheAddressNamesFailsTheDial() {
    Host one = newHost();
    Host other = newHost();
    PeerId stranger = Identity.generate().peerId();
    Multiaddr address = other.listenAddresses().get(0);

    StepVerifier.create(one.connect(address.withPeerId(stranger)))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining(address.toString()))
        .verify(TIMEOUT);
    assertThat(one.connections()).isEmpty();
  }

  @Test
  default void withoutAPeerIdWhoeverAnswersIsAccepted() {
    Host one = newHost();
    Host other = newHost();

    assertThat(await(one.connect(other.listenAddresses().get(0))).remotePeer())
        .isEqualTo(other.id());
  }

  @Test
  default void aDialThatFailsNamesEveryAddressTried() {
    Host one = newHost();
    Host gone = newHost();
    List<Multiaddr> addresses =
        List.of(gone.listenAddresses().get(0), Multiaddr.parse("/ip4/127.0.0.1/tcp/1"));
    gone.close().block(TIMEOUT);
    one.peerStore().addAddresses(gone.id(), addresses, Duration.ofHours(1));

    StepVerifier.create(one.connect(gone.id()))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining(addresses.get(0).toString())
                    .hasMessageContaining(addresses.get(1).toString()))
        .verify(TIMEOUT);
  }

  @Test
  default void aPeerWithoutAddressCannotBeDialled() {
    PeerId stranger = Identity.generate().peerId();

    StepVerifier.create(newHost().connect(stranger))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining(stranger.toString()))
        .verify(TIMEOUT);
  }

  @Test
  default void aHostDoesNotDialItself() {
    Host host = newHost();

    StepVerifier.create(host.connect(addressOf(host)))
        .expectError(DialException.class)
        .verify(TIMEOUT);
  }

  @Test
  default void eventsTellOfConnectionsAndOfWhatPeersSpeak() {
    Host one = newHost();
    Host other = newHost();
    other.handle(ECHO, ECHO_HANDLER);

    StepVerifier.create(one.events())
        .then(() -> one.connect(addressOf(other)).subscribe())
        .assertNext(event -> assertThat(event).isInstanceOf(HostEvent.Connected.class))
        .assertNext(
            event -> {
              assertThat(event).isInstanceOf(HostEvent.Identified.class);
              assertThat(one.peerStore().protocols(other.id())).contains(ECHO);
              assertThat(one.peerStore().addresses(other.id()))
                  .containsAll(other.listenAddresses());
              assertThat(one.peerStore().publicKey(other.id()))
                  .contains(other.identity().publicKey());
              assertThat(one.peerStore().agentVersion(other.id())).isPresent();
            })
        .then(() -> one.connections().get(0).close().subscribe())
        // The protocol that the other has only just begun to serve may be told once more by a push.
        .thenConsumeWhile(event -> event instanceof HostEvent.Identified)
        .assertNext(event -> assertThat(event).isEqualTo(new HostEvent.Disconnected(other.id())))
        .thenCancel()
        .verify(TIMEOUT);
  }

  @Test
  default void aNewProtocolIsToldToConnectedPeers() {
    Host one = newHost();
    Host other = newHost();
    connect(one, other);
    Await.until("both know each other", () -> !one.peerStore().addresses(other.id()).isEmpty());

    Disposable served = other.handle(ECHO, ECHO_HANDLER);
    Await.until("it is known", () -> one.peerStore().protocols(other.id()).contains(ECHO));
    served.dispose();
    Await.until("it is withdrawn", () -> !one.peerStore().protocols(other.id()).contains(ECHO));
  }

  @Test
  default void closingAConnectionIsSeenAtBothEnds() {
    Host one = newHost();
    Host other = newHost();
    Connection near = connect(one, other);
    Await.until("the connection is known there", () -> other.connections().size() == 1);
    Connection far = other.connections().get(0);

    near.close().block(TIMEOUT);

    near.onClose().block(TIMEOUT);
    far.onClose().block(TIMEOUT);
    Await.until("it has gone here", () -> one.connections().isEmpty());
    Await.until("it has gone there", () -> other.connections().isEmpty());
    near.close().block(TIMEOUT);
  }

  @Test
  default void aClosedHostIsReachedNoMore() {
    Host one = newHost();
    Host other = newHost();
    Connection near = connect(one, other);
    Multiaddr address = addressOf(other);

    other.close().block(TIMEOUT);

    other.onClose().block(TIMEOUT);
    near.onClose().block(TIMEOUT);
    assertThat(other.connections()).isEmpty();
    StepVerifier.create(one.connect(address)).expectError(DialException.class).verify(TIMEOUT);
    StepVerifier.create(other.connect(addressOf(one)))
        .expectError(TransportException.class)
        .verify(TIMEOUT);
    other.close().block(TIMEOUT);
  }

  @Test
  default void aPortInUseIsRefused() {
    Multiaddr taken = newHost().listenAddresses().get(0);

    StepVerifier.create(newHost().listen(taken))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(ListenException.class)
                    .hasMessageContaining(taken.toString()))
        .verify(TIMEOUT);
  }

  @Test
  default void anAddressNoTransportUnderstandsIsRefused() {
    StepVerifier.create(newHost().listen(Multiaddr.parse("/ip4/127.0.0.1/udp/4001/quic-v1")))
        .expectError(ListenException.class)
        .verify(TIMEOUT);
  }

  @Test
  default void aProtocolIsServedOnce() {
    Host host = newHost();
    Disposable first = host.handle(ECHO, ECHO_HANDLER);

    assertThatThrownBy(() -> host.handle(ECHO, ECHO_HANDLER))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(ECHO);

    assertThat(host.protocols()).contains(ECHO);
    first.dispose();
    assertThat(host.protocols()).doesNotContain(ECHO);
    host.handle(ECHO, ECHO_HANDLER);
  }

  @Test
  default void bothMayDialEachOtherAtOnce() {
    Host one = newHost();
    Host other = newHost();
    one.handle(ECHO, ECHO_HANDLER);
    other.handle(ECHO, ECHO_HANDLER);

    Mono.when(one.connect(addressOf(other)), other.connect(addressOf(one))).block(TIMEOUT);

    Stream there = await(one.newStream(other.id(), StreamOptions.defaults(), ECHO));
    Stream back = await(other.newStream(one.id(), StreamOptions.defaults(), ECHO));
    assertThat(echo(there, "there")).isEqualTo("there");
    assertThat(echo(back, "back")).isEqualTo("back");
  }

  /**
   * The moment at which a stream is handed over is the one in which nobody may be there to take it:
   * whoever gives up does so on a thread of its own.
   */
  @Test
  default void streamsThatNobodyWaitsForAnyMoreAreNotLeftOpen() {
    Host one = newHost();
    Host other = newHost();
    other.handle(ECHO, ECHO_HANDLER);
    Connection near = connect(one, other);
    Await.until("the connection is known there", () -> other.connections().size() == 1);
    Connection far = other.connections().get(0);
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      Disposable given =
          Mono.usingWhen(
                  one.newStream(other.id(), StreamOptions.defaults(), ECHO),
                  stream -> Mono.never(),
                  stream -> Mono.fromRunnable(stream::reset))
              .subscribe(nothing -> {}, failure -> {});
      for (int spins = random.nextInt(2_000); spins > 0; spins--) {
        Thread.onSpinWait();
      }
      given.dispose();
    }

    Await.until("no stream is left here", () -> near.openStreams() == 0);
    Await.until("no stream is left there", () -> far.openStreams() == 0);
  }
}
