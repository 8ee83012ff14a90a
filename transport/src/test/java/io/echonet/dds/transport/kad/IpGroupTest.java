package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Multiaddr;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IpGroupTest {
  @Test
  void addressesOfASixteenthOrOfAThirtySecondAreOneGroup() {
    assertThat(of("/ip4/1.2.3.4/tcp/1")).isEqualTo(of("/ip4/1.2.200.1/tcp/2")).isPresent();
    assertThat(of("/ip4/1.2.3.4/tcp/1")).isNotEqualTo(of("/ip4/1.3.3.4/tcp/1"));
    assertThat(of("/ip6/2600:1234:1::1/tcp/1"))
        .isEqualTo(of("/ip6/2600:1234:ffff::9/tcp/1"))
        .isPresent();
    assertThat(of("/ip6/2600:1234:1::1/tcp/1")).isNotEqualTo(of("/ip6/2600:1235:1::1/tcp/1"));
  }

  @Test
  void behindATranslatorTheTranslatedAddressCounts() {
    assertThat(of("/ip6/64:ff9b::102:304/tcp/1")).isEqualTo(of("/ip4/1.2.3.4/tcp/1"));
  }

  @Test
  void loopbackPrivateAndNamedAddressesAreInNone() {
    for (String text :
        new String[] {
          "/ip4/127.0.0.1/tcp/1",
          "/ip4/10.1.2.3/tcp/1",
          "/ip4/192.168.1.1/tcp/1",
          "/ip6/::1/tcp/1",
          "/ip6/fd00::1/tcp/1",
          "/dns4/example.org/tcp/1"
        }) {
      assertThat(of(text)).as(text).isEmpty();
    }
  }

  private static Optional<IpGroup> of(String address) {
    return IpGroup.of(Multiaddr.parse(address));
  }
}
