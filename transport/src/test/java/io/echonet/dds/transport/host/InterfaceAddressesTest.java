package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Multiaddr;
import org.junit.jupiter.api.Test;

class InterfaceAddressesTest {
  @Test
  void anAddressOfOneInterfaceIsWhatItIs() {
    Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");

    assertThat(InterfaceAddresses.expand(address)).containsExactly(address);
  }

  @Test
  void allInterfacesAreNamedLoopbackLast() {
    assertThat(InterfaceAddresses.expand(Multiaddr.parse("/ip4/0.0.0.0/tcp/4001")))
        .endsWith(Multiaddr.parse("/ip4/127.0.0.1/tcp/4001"))
        .doesNotContain(Multiaddr.parse("/ip4/0.0.0.0/tcp/4001"))
        .allMatch(address -> address.toString().matches("/ip4/[0-9.]+/tcp/4001"));
  }

  @Test
  void namesOfInterfacesAreNoPartOfAnAddress() {
    assertThat(InterfaceAddresses.expand(Multiaddr.parse("/ip6/::/tcp/4001")))
        .allMatch(address -> address.toString().matches("/ip6/[0-9a-f:]+/tcp/4001"));
  }
}
