package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Multiaddr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/0.0.0.0",
        "/ip4/10.255.0.1",
        "/ip4/100.64.0.1",
        "/ip4/100.127.255.255",
        "/ip4/127.0.0.1",
        "/ip4/169.254.3.4",
        "/ip4/172.16.0.1",
        "/ip4/172.31.255.255",
        "/ip4/192.168.1.1",
        "/ip4/198.18.0.1",
        "/ip4/198.19.0.1",
        "/ip4/224.0.0.1",
        "/ip4/255.255.255.255",
        "/ip6/::",
        "/ip6/::1",
        "/ip6/fe80::1",
        "/ip6/fd00::1",
        "/ip6/ff02::1",
        "/ip6/::ffff:10.0.0.1"
      })
  void localAddressesAreNotPublic(String ip) {
    Multiaddr address = Multiaddr.parse(ip + "/tcp/4001");

    assertThat(AddressPolicy.PUBLIC.accepts(address)).isFalse();
    assertThat(AddressPolicy.ANY.accepts(address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/1.1.1.1",
        "/ip4/100.63.255.255",
        "/ip4/100.128.0.1",
        "/ip4/172.15.0.1",
        "/ip4/172.32.0.1",
        "/ip4/192.169.0.1",
        "/ip4/198.17.0.1",
        "/ip4/198.20.0.1",
        "/ip4/223.255.255.255",
        "/ip6/2606:4700::1111",
        "/ip6/64:ff9b::101:101",
        "/dns4/example.org",
        "/dnsaddr/example.org"
      })
  void othersAre(String name) {
    assertThat(AddressPolicy.PUBLIC.accepts(Multiaddr.parse(name + "/tcp/4001"))).isTrue();
  }
}
