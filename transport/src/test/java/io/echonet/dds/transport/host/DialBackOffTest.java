package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.testing.FakeClock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DialBackOffTest {
  private static final PeerId PEER = Identity.generate(new Random(1)).peerId();

  private final FakeClock clock = new FakeClock();
  private final DialBackOff backOff = new DialBackOff(DialConfig.defaults(), clock);

  private static Multiaddr address(int port) {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + port);
  }

  @Test
  void aFailedAddressIsLeftAloneForAWhile() {
    backOff.failed(PEER, address(1), "refused");

    clock.advance(Duration.ofMillis(1_999));
    assertThat(backOff.reason(PEER, address(1))).contains("refused");
    assertThat(backOff.reason(PEER, address(2))).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(backOff.reason(PEER, address(1))).isEmpty();
  }

  @Test
  void anotherPeerIsTriedThereAllTheSame() {
    PeerId other = Identity.generate(new Random(2)).peerId();
    backOff.failed(PEER, address(1), "another peer answers");

    assertThat(backOff.reason(other, address(1))).isEmpty();
  }

  @Test
  void successEndsIt() {
    backOff.failed(PEER, address(1), "refused");
    backOff.succeeded(PEER, address(1));

    assertThat(backOff.reason(PEER, address(1))).isEmpty();
  }

  @Test
  void onlySoManyFailuresAreRemembered() {
    int max = DialConfig.defaults().maxBackOffs();
    for (int i = 1; i <= max + 1; i++) {
      backOff.failed(PEER, address(i), "refused");
    }

    assertThat(backOff.reason(PEER, address(1))).isEmpty();
    assertThat(backOff.reason(PEER, address(2))).isPresent();
    assertThat(backOff.reason(PEER, address(max + 1))).isPresent();
  }
}
