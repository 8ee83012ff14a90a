package io.echonet.dds.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String PEER = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";

  @ParameterizedTest
  @CsvSource({
    // The vector of the multiaddr specification.
    "/ip4/192.0.2.42/tcp/443, 04c000022a0601bb",
    "/ip4/127.0.0.1/tcp/4001, 047f000001060fa1",
    "/ip4/127.0.0.1/udp/1234, 047f000001910204d2",
    "/ip6/::1/tcp/1, 2900000000000000000000000000000001060001",
    "/ip6zone/eth0/ip6/fe80::1/tcp/1," + " 2a0465746830 29fe800000000000000000000000000001 060001",
    "/dns4/example.com/tcp/443/wss, 360b6578616d706c652e636f6d0601bbde03",
    "/dns/a, 350161",
    "/dns6/c/tcp/1, 370163060001",
    "/dnsaddr/b, 380162",
    "/dnsaddr/bootstrap.libp2p.io/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N,"
        + " 3813626f6f7473747261702e6c69627032702e696f"
        + " a50322122 09dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9",
    "/ip4/1.2.3.4/udp/5/quic-v1, 04010203049102 0005cd03",
    "/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N,"
        + " a50322122 09dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9",
    "/ip4/9.9.9.9/tcp/1/p2p-circuit, 0409090909060001a202",
  })
  void bothFormsAreReadAndWritten(String text, String hex) {
    Multiaddr address = Multiaddr.parse(text);

    assertThat(HEX.formatHex(address.bytes())).isEqualTo(hex.replace(" ", ""));
    assertThat(address.toString()).isEqualTo(text);
    assertThat(Multiaddr.decode(address.bytes()))
        .isEqualTo(address)
        .hasSameHashCodeAs(address)
        .hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    // RFC 5952, sections 1, 2 and 4.
    "2001:0DB8::0001, 2001:db8::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:DB8::AAAA:0:1, 2001:db8::aaaa:0:1",
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "1:0:0:2:0:0:0:0, 1:0:0:2::",
    "::ffff:1.2.3.4, ::ffff:102:304",
  })
  void ip6HasOneText(String given, String canonical) {
    Multiaddr address = Multiaddr.parse("/ip6/" + given + "/tcp/1");

    assertThat(address).hasToString("/ip6/" + canonical + "/tcp/1");
    assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
  }

  @Test
  void otherWaysToWriteItAreNormalised() {
    assertThat(Multiaddr.parse("/ip4/1.2.3.4/tcp/080/")).hasToString("/ip4/1.2.3.4/tcp/80");
    assertThat(Multiaddr.parse("/ipfs/" + PEER)).hasToString("/p2p/" + PEER);
    assertThat(Multiaddr.parse("/p2p/bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe"))
        .hasToString("/p2p/" + PEER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "ip4/1.2.3.4",
        "//",
        "/ip4",
        "/ip4/",
        "/ip4/1.2.3",
        "/ip4/1.2.3.256",
        "/ip4/01.2.3.4",
        "/ip4/::1",
        "/ip4/1.2.3.4//",
        "/ip6/1.2.3.4",
        "/ip6/[::1]",
        "/ip6/fe80::1%eth0",
        "/ip6zone",
        "/ip6zone//ip6/fe80::1",
        "/ip6zone/a b/ip6/fe80::1",
        "/ip6/:::",
        "/tcp/65536",
        "/tcp/-1",
        "/tcp/",
        "/tcp/1e3",
        "/tcp/123456",
        "/dns4/",
        "/dns4/a b/tcp/1",
        "/p2p/nobody",
        "/p2p/",
        "/unknown/1",
        "/ip4/1.2.3.4/tcp/1/ws/",
        "/ip4/1.2.3.4/tcp/1/ws/x",
        "/IP4/1.2.3.4"
      })
  void textThatIsNoAddressIsNamed(String text) {
    if (text.equals("/ip4/1.2.3.4/tcp/1/ws/")) {
      assertThat(Multiaddr.parse(text)).hasToString("/ip4/1.2.3.4/tcp/1/ws");
      return;
    }
    assertThatThrownBy(() -> Multiaddr.parse(text))
        .isInstanceOf(MalformedEncodingException.class)
        .hasMessageContaining("'" + text + "' is no multiaddr");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "04",
        "04010203",
        "0401020304 06",
        "29 00",
        "a503",
        "a50300",
        "a5032212209d",
        "35",
        "3500",
        "3502 61",
        "35 ffffffffffffffff7f",
        "ff",
        "ffffffffffffffffff01",
        "8400 01020304",
        "36012f"
      })
  void bytesThatAreNoAddressAreRefused(String hex) {
    assertThatThrownBy(() -> Multiaddr.decode(HEX.parseHex(hex.replace(" ", ""))))
        .isInstanceOf(MalformedEncodingException.class);
  }

  @Test
  void lengthIsLimitedInBothForms() {
    assertThatThrownBy(() -> Multiaddr.parse("/ws".repeat(400)))
        .hasMessage("multiaddr of 1200 characters");
    assertThatThrownBy(() -> Multiaddr.decode(new byte[1025]))
        .hasMessage("multiaddr of 1025 bytes");
    assertThatThrownBy(() -> Multiaddr.parse("/dns/" + "a".repeat(254)))
        .isInstanceOf(MalformedEncodingException.class);
  }

  @Test
  void thePeerIsTheLastComponent() {
    PeerId peer = PeerId.parse(PEER);
    Multiaddr plain = Multiaddr.parse("/ip4/1.2.3.4/tcp/1");
    Multiaddr circuit = Multiaddr.parse("/ip4/1.2.3.4/tcp/1/p2p/" + PEER + "/p2p-circuit");

    assertThat(plain.peerId()).isEmpty();
    assertThat(plain.withPeerId(peer)).hasToString("/ip4/1.2.3.4/tcp/1/p2p/" + PEER);
    assertThat(plain.withPeerId(peer).peerId()).contains(peer);
    assertThat(plain.withPeerId(peer).withPeerId(peer)).isEqualTo(plain.withPeerId(peer));
    assertThat(plain.withPeerId(peer).withoutPeerId()).isEqualTo(plain);
    assertThat(plain.withoutPeerId()).isSameAs(plain);
    assertThat(circuit.peerId()).isEmpty();
    assertThat(Multiaddr.of(List.of()).peerId()).isEmpty();
    assertThat(Multiaddr.parse("/p2p/" + PEER).withoutPeerId().components()).isEmpty();
  }

  @Test
  void aProtocolWithoutValueTakesNone() {
    assertThatThrownBy(
            () -> Multiaddr.of(List.of(new Multiaddr.Component(MultiaddrProtocol.WS, "x"))))
        .isInstanceOf(MalformedEncodingException.class);
    assertThat(Multiaddr.parse("/ip4/1.2.3.4/tcp/7").value(MultiaddrProtocol.TCP)).contains("7");
  }
}
