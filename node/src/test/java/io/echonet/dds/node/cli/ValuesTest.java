package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.Multiaddr;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ValuesTest {
  @ParameterizedTest
  @CsvSource({"500ms, PT0.5S", "30s, PT30S", "2m, PT2M", "1h, PT1H", "24h, PT24H", "1ms, PT0.001S"})
  void timesHaveAUnit(String text, Duration duration) {
    assertThat(Values.duration(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s", "30", "1.5s", "30 s", "30S", "1d", "9999999999s", "0ms", "86401s", "٣s"})
  void whatIsNoTimeIsNamed(String text) {
    assertThatThrownBy(() -> Values.duration(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/127.0.0.1/tcp/1",
        "/ip6/::1/tcp/1",
        "/dns/example.com/tcp/1",
        "/dns4/a/tcp/1",
        "/dnsaddr/example.com",
        "/dnsaddr/example.com/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA"
      })
  void tcpAddressesAndNamesCanBeDialled(String text) {
    Multiaddr address = Multiaddr.parse(text);

    Values.checkDialable("--bootstrap", List.of(address));
  }

  @Test
  void namesCanNotBeListenedOn() {
    Multiaddr address = Multiaddr.parse("/dns/example.com/tcp/1");

    assertThatThrownBy(() -> Values.checkListenable("--listen", List.of(address)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("/dns/example.com/tcp/1");
  }
}
