package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.host.Places.Place;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private long now = 1;

  private Places places(ResourceLimits limits) {
    return new Places(limits, () -> now);
  }

  private static Multiaddr from(int host) {
    return Multiaddr.parse("/ip4/203.0.113." + host + "/tcp/4001");
  }

  private static void assertRefused(Runnable arrival, String reason) {
    assertThatThrownBy(arrival::run)
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining(reason);
  }

  private static ResourceLimits connections(int inAll, int inbound) {
    return ResourceLimits.defaults()
        .withConnections(ConnectionLimits.defaults().withInAll(inAll, inbound));
  }

  @Test
  void partOfAllPlacesIsKeptForOwnDials() {
    Places places = places(connections(3, 2));
    places.accept(from(1));
    Place second = places.accept(from(2));

    assertRefused(() -> places.accept(from(3)), "2 inbound connections");
    places.dial();
    assertRefused(places::dial, "3 connections");

    second.leave();
    places.accept(from(3));
  }

  @Test
  void dialsMayTakeThePlacesOfInboundConnections() {
    Places places = places(connections(3, 2));
    for (int i = 0; i < 3; i++) {
      places.dial();
    }

    assertRefused(() -> places.accept(from(1)), "0 inbound connections");
  }

  @Test
  void connectionsOfAPrefixAreLimited() {
    Places places =
        places(
            ResourceLimits.defaults()
                .withPrefix(PrefixLimits.defaults().withConnections(2))
                .withPrefixBits(32, 56));
    places.accept(from(1));
    Place second = places.accept(from(1));

    assertRefused(() -> places.accept(from(1)), "2 connections come from there");
    places.accept(from(2));
    second.leave();
    places.accept(from(1));
  }

  @Test
  void loopbackHasItsOwnLimits() {
    Places places =
        places(
            ResourceLimits.defaults()
                .withPrefix(PrefixLimits.defaults().withConnections(1))
                .withLocalPrefix(PrefixLimits.localDefaults().withConnections(3)));
    Multiaddr loopback = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    for (int i = 0; i < 3; i++) {
      places.accept(loopback);
    }

    assertRefused(() -> places.accept(loopback), "3 connections come from there");
  }

  @Test
  void handshakesUnderWayAreLimited() {
    Places places =
        places(
            ResourceLimits.defaults()
                .withHandshakes(HandshakeLimits.defaults().withMaxPending(3))
                .withPrefix(PrefixLimits.defaults().withMaxPending(2)));
    Place first = places.accept(from(1));
    places.accept(from(1));
    assertRefused(() -> places.accept(from(1)), "2 handshakes come from there");
    places.accept(from(2));
    assertRefused(() -> places.accept(from(3)), "3 handshakes are under way");

    first.endHandshake();
    first.endHandshake();
    assertThat(places.pending()).isEqualTo(2);
    places.accept(from(1));
    assertRefused(() -> places.accept(from(3)), "3 handshakes are under way");
  }

  @Test
  void handshakesOfAPrefixHaveARate() {
    Places places =
        places(
            ResourceLimits.defaults().withPrefix(PrefixLimits.defaults().withHandshakeRate(4, 2)));
    places.accept(from(1)).leave();
    places.accept(from(1)).leave();

    assertRefused(() -> places.accept(from(1)), "4 handshakes a second come from there");
    places.accept(from(2)).leave();
    now += TimeUnit.MILLISECONDS.toNanos(249);
    assertRefused(() -> places.accept(from(1)), "handshakes a second");
    now += TimeUnit.MILLISECONDS.toNanos(2);
    places.accept(from(1)).leave();
    assertRefused(() -> places.accept(from(1)), "handshakes a second");
  }

  @Test
  void handshakesHaveARateInAll() {
    Places places =
        places(
            ResourceLimits.defaults().withHandshakes(HandshakeLimits.defaults().withRate(10, 3)));
    for (int i = 1; i <= 3; i++) {
      places.accept(from(i)).leave();
    }

    assertRefused(() -> places.accept(from(4)), "more than 10 handshakes a second");
    now += TimeUnit.MILLISECONDS.toNanos(101);
    places.accept(from(4)).leave();
  }

  @Test
  void aQuietTimeAllowsOneBurstAndNoMore() {
    Places places =
        places(
            ResourceLimits.defaults().withHandshakes(HandshakeLimits.defaults().withRate(10, 3)));
    now += TimeUnit.HOURS.toNanos(1);
    for (int i = 1; i <= 3; i++) {
      places.accept(from(i)).leave();
    }

    assertRefused(() -> places.accept(from(4)), "more than 10 handshakes a second");
  }

  @Test
  void whatAPrefixIsRefusedIsNotAtTheCostOfOthers() {
    Places places =
        places(
            ResourceLimits.defaults()
                .withHandshakes(HandshakeLimits.defaults().withRate(1, 3))
                .withPrefix(PrefixLimits.defaults().withHandshakeRate(1, 1)));
    places.accept(from(1)).leave();
    for (int i = 0; i < 100; i++) {
      assertRefused(() -> places.accept(from(1)), "come from there");
    }

    places.accept(from(2)).leave();
    places.accept(from(3)).leave();
  }

  @Test
  void soManyPrefixesAreRemembered() {
    Places places =
        places(
            ResourceLimits.defaults()
                .withHandshakes(
                    HandshakeLimits.defaults().withMaxPending(1_000).withRememberedPrefixes(10)));
    List<Place> held = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      held.add(places.accept(from(i)));
    }
    for (int i = 5; i < 200; i++) {
      places.accept(from(i)).leave();
    }

    assertThat(places.origins()).isEqualTo(10);
    held.forEach(Place::leave);
    assertThat(places.taken()).isZero();
    assertThat(places.inbound()).isZero();
    assertThat(places.pending()).isZero();
  }

  @Test
  void aPlaceIsGivenBackOnceHoweverTheConnectionEnds() {
    Places places = places(connections(3, 2));
    EmbeddedChannel channel = new EmbeddedChannel();
    Place place = places.accept(from(1));
    place.leaveWith(channel);
    assertThat(places.taken()).isEqualTo(1);

    HostConnection.close(channel);
    place.leave();
    place.endHandshake();

    assertThat(places.taken()).isZero();
    assertThat(places.inbound()).isZero();
    assertThat(places.pending()).isZero();
  }
}
