package io.echonet.dds.transport.dns;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.dns.Question.Kind;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.DnsServer;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.netty.resources.LoopResources;

class NameServersTest {
  private static final ResolverConfig CONFIG =
      ResolverConfig.defaults().withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));

  private final LoopResources loops = LoopResources.create("dns-test", 1, true);
  private final DnsServer server = DnsServer.start();
  private final NameServers names = asking(CONFIG, server.address());

  private NameServers asking(ResolverConfig config, InetSocketAddress... servers) {
    return new NameServers(config.withNameServers(List.of(servers)), loops, true);
  }

  @AfterEach
  void close() {
    names.close();
    server.close();
    loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(TIMEOUT);
  }

  private static Answer ask(NameServers names, String name, Kind kind) {
    return Objects.requireNonNull(names.ask(Question.of(name, kind)).block(TIMEOUT));
  }

  private static List<String> ips(Answer answer) {
    return answer.values().stream().map(NetUtil::bytesToIpAddress).toList();
  }

  private static List<String> texts(Answer answer) {
    return answer.values().stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void addressesOfEachFamilyAreFound() {
    server.addresses("both.example", "127.0.0.2", "::2", "127.0.0.3");

    assertThat(ips(ask(names, "both.example", Kind.A))).containsExactly("127.0.0.2", "127.0.0.3");
    assertThat(ips(ask(names, "both.example", Kind.AAAA))).containsExactly("::2");
    assertThat(server.questions()).containsExactly("A both.example", "AAAA both.example");
  }

  @Test
  void longTextsAreJoined() {
    String text = "x".repeat(700);
    server.texts("text.example", "short", text, "");

    assertThat(texts(ask(names, "text.example", Kind.TXT))).containsExactly("short", text, "");
  }

  @Test
  void aliasesAreFollowed() {
    server.addresses("real.example", "127.0.0.2").texts("real.example", "here");
    server.alias("alias.example", "real.example");

    assertThat(ips(ask(names, "alias.example", Kind.A))).containsExactly("127.0.0.2");
    assertThat(texts(ask(names, "alias.example", Kind.TXT))).containsExactly("here");
  }

  @Test
  void answersThatDoNotFitADatagramComeOverTcp() {
    server.truncates("big.example");
    for (int i = 0; i < 100; i++) {
      server.texts("big.example", i + "y".repeat(100));
    }

    assertThat(ask(names, "big.example", Kind.TXT).values()).hasSize(100);
  }

  @Test
  void answersHoldAsLongAsTheySayWithinALimit() {
    server.addresses("a.example", "127.0.0.2");

    assertThat(ask(names, "a.example", Kind.A).life()).hasSeconds(60);
    server.timeToLive(1_000_000);
    assertThat(ask(names, "a.example", Kind.A).life()).isEqualTo(CONFIG.longestLife());
  }

  @Test
  void whatIsNotThereIsSaidSo() {
    server.addresses("four.example", "127.0.0.2");
    server.refuses("broken.example", DnsResponseCode.SERVFAIL);

    assertThat(ask(names, "none.example", Kind.A).failure())
        .contains("there is no name 'none.example'");
    assertThat(ask(names, "four.example", Kind.AAAA).failure())
        .contains("'four.example' has no AAAA record");
    assertThat(ask(names, "four.example", Kind.TXT).failure())
        .contains("'four.example' has no TXT record");
    assertThat(ask(names, "broken.example", Kind.A).failure().orElseThrow())
        .contains("ServFail", "'broken.example'");
  }

  @Test
  void aNameServerThatKeepsSilentIsGivenUp() {
    server.keepsSilentAbout("slow.example");
    ResolverConfig hasty = CONFIG.withTimeouts(Duration.ofMillis(50), Duration.ofSeconds(20));
    try (NameServers asked = asking(hasty, server.address())) {
      assertThat(ask(asked, "slow.example", Kind.A).failure())
          .contains("no name server answers about 'slow.example'");
    }
  }

  @Test
  void theNextNameServerIsAskedAfterOneThatIsNotThere() {
    DnsServer gone = DnsServer.start();
    gone.close();
    server.addresses("a.example", "127.0.0.2");
    ResolverConfig hasty = CONFIG.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(20));
    try (NameServers asked = asking(hasty, gone.address(), server.address())) {
      assertThat(ips(ask(asked, "a.example", Kind.A))).containsExactly("127.0.0.2");
    }
  }

  @Test
  void aQuestionCanBeGivenUp() {
    server.keepsSilentAbout("slow.example");
    Disposable asking = names.ask(Question.of("slow.example", Kind.A)).subscribe();
    Await.until("it is asked", () -> !server.questions().isEmpty());

    asking.dispose();

    server.addresses("a.example", "127.0.0.2");
    assertThat(ips(ask(names, "a.example", Kind.A))).containsExactly("127.0.0.2");
  }
}
