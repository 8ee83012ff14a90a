package io.echonet.dds.transport.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Multiaddr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {
  private static IpPrefix of(String address) {
    return IpPrefix.of(Multiaddr.parse(address + "/tcp/4001"), 32, 56);
  }

  @Test
  void everyIp4AddressStandsForItself() {
    assertThat(of("/ip4/203.0.113.7")).isEqualTo(of("/ip4/203.0.113.7"));
    assertThat(of("/ip4/203.0.113.7")).isNotEqualTo(of("/ip4/203.0.113.8"));
  }

  @Test
  void ip4AddressesShareTheirFirstBits() {
    Multiaddr one = Multiaddr.parse("/ip4/203.0.113.7/tcp/1");
    Multiaddr other = Multiaddr.parse("/ip4/203.0.113.250/tcp/2");
    Multiaddr third = Multiaddr.parse("/ip4/203.0.114.7/tcp/1");
    assertThat(IpPrefix.of(one, 24, 56)).isEqualTo(IpPrefix.of(other, 24, 56));
    assertThat(IpPrefix.of(one, 24, 56)).isNotEqualTo(IpPrefix.of(third, 24, 56));
  }

  @Test
  void ip6AddressesOfAHouseholdAreOne() {
    assertThat(of("/ip6/2001:db8:1:2ff::1")).isEqualTo(of("/ip6/2001:db8:1:200:ffff::2"));
    assertThat(of("/ip6/2001:db8:1:200::1")).isNotEqualTo(of("/ip6/2001:db8:1:300::1"));
  }

  @Test
  void ip6AddressesThatStandForIp4CountAsThat() {
    assertThat(of("/ip6/64:ff9b::cb00:7107")).isEqualTo(of("/ip4/203.0.113.7"));
    assertThat(of("/ip6/::ffff:cb00:7107")).isEqualTo(of("/ip4/203.0.113.7"));
    assertThat(of("/ip6/64:ff9b::cb00:7108")).isNotEqualTo(of("/ip4/203.0.113.7"));
  }

  @Test
  void allBitsOfAnIp6AddressMayCount() {
    Multiaddr one = Multiaddr.parse("/ip6/2001:db8::1:2/tcp/1");
    Multiaddr neighbour = Multiaddr.parse("/ip6/2001:db8::1:3/tcp/1");
    assertThat(IpPrefix.of(one, 32, 127)).isEqualTo(IpPrefix.of(neighbour, 32, 127));
    assertThat(IpPrefix.of(one, 32, 128)).isNotEqualTo(IpPrefix.of(neighbour, 32, 128));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/127.0.0.1",
        "/ip4/10.1.2.3",
        "/ip4/172.16.0.1",
        "/ip4/192.168.1.1",
        "/ip4/169.254.0.1",
        "/ip4/100.64.0.1",
        "/ip6/::1",
        "/ip6/fe80::1",
        "/ip6/fd00::1",
        "/dns4/example.org"
      })
  void addressesNearbyAreLocal(String address) {
    assertThat(of(address).isLocal()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/ip4/203.0.113.7", "/ip4/100.128.0.1", "/ip4/172.32.0.1", "/ip6/2001:db8::1"})
  void othersAreNot(String address) {
    assertThat(of(address).isLocal()).isFalse();
  }
}
