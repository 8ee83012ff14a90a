package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.testing.FakeClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DialBackOffTest {
  private final FakeClock clock = new FakeClock();
  private final DialBackOff backOff = new DialBackOff(DialConfig.defaults(), clock);

  private static Multiaddr address(int port) {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + port);
  }

  @Test
  void aFailedAddressIsLeftAloneForAWhile() {
    backOff.failed(address(1), "refused");

    clock.advance(Duration.ofMillis(1_999));
    assertThat(backOff.reason(address(1))).contains("refused");
    assertThat(backOff.reason(address(2))).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(backOff.reason(address(1))).isEmpty();
  }

  @Test
  void successEndsIt() {
    backOff.failed(address(1), "refused");
    backOff.succeeded(address(1));

    assertThat(backOff.reason(address(1))).isEmpty();
  }

  @Test
  void onlySoManyFailuresAreRemembered() {
    int max = DialConfig.defaults().maxBackOffs();
    for (int i = 1; i <= max + 1; i++) {
      backOff.failed(address(i), "refused");
    }

    assertThat(backOff.reason(address(1))).isEmpty();
    assertThat(backOff.reason(address(2))).isPresent();
    assertThat(backOff.reason(address(max + 1))).isPresent();
  }
}
