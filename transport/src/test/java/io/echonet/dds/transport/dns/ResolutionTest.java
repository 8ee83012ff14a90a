package io.echonet.dds.transport.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.dns.Question.Kind;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class ResolutionTest {
  private static final PeerId PEER = Identity.generate().peerId();
  private static final PeerId OTHER = Identity.generate().peerId();
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Map<Question, Mono<Answer>> zone = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private ResolverConfig config = ResolverConfig.defaults();

  private void addresses(String name, String... ips) {
    for (Kind kind : List.of(Kind.A, Kind.AAAA)) {
      List<byte[]> values =
          Arrays.stream(ips)
              .map(NetUtil::createByteArrayFromIpAddressString)
              .filter(ip -> ip.length == (kind == Kind.A ? 4 : 16))
              .toList();
      if (!values.isEmpty()) {
        zone.put(Question.of(name, kind), Mono.just(Answer.of(values, SECOND)));
      }
    }
  }

  private void texts(String name, String... texts) {
    List<byte[]> values =
        Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    zone.put(Question.of(name, Kind.TXT), Mono.just(Answer.of(values, SECOND)));
  }

  private void links(String domain, String... addresses) {
    texts(
        "_dnsaddr." + domain,
        Arrays.stream(addresses).map(address -> "dnsaddr=" + address).toArray(String[]::new));
  }

  private Mono<Answer> ask(Question question) {
    asked.add(question.kind() + " " + question.name());
    return zone.getOrDefault(
        question, Mono.just(Answer.failed("there is no name " + question, SECOND)));
  }

  private Resolution begin() {
    return new Resolution(
        config, this::ask, address -> !address.toString().contains("/udp/"), time);
  }

  private static Mono<List<String>> texts(Mono<List<Multiaddr>> found) {
    return found.map(list -> list.stream().map(Multiaddr::toString).toList());
  }

  private Mono<List<String>> resolve(String address, @Nullable PeerId peer) {
    return texts(begin().resolve(Multiaddr.parse(address), peer));
  }

  private void assertResolves(String address, @Nullable PeerId peer, String... expected) {
    StepVerifier.create(resolve(address, peer)).expectNext(List.of(expected)).verifyComplete();
  }

  private void assertFails(String address, @Nullable PeerId peer, String... reasons) {
    StepVerifier.create(resolve(address, peer))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(DialException.class)
                    .hasMessageContainingAll(reasons))
        .verify();
  }

  @Test
  void theNameAloneIsReplaced() {
    addresses("a.example", "192.0.2.1", "192.0.2.2", "2001:db8::1");

    assertResolves(
        "/dns4/a.example/tcp/4001", null, "/ip4/192.0.2.1/tcp/4001", "/ip4/192.0.2.2/tcp/4001");
    assertResolves("/dns6/A.example./tcp/4001", null, "/ip6/2001:db8::1/tcp/4001");
  }

  @Test
  void bothFamiliesTakeTurnsAndTheNewerGoesFirst() {
    addresses("a.example", "192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "2001:db8::2");

    assertResolves(
        "/dns/a.example/tcp/1",
        null,
        "/ip6/2001:db8::1/tcp/1",
        "/ip4/192.0.2.1/tcp/1",
        "/ip6/2001:db8::2/tcp/1",
        "/ip4/192.0.2.2/tcp/1",
        "/ip4/192.0.2.3/tcp/1");
  }

  @Test
  void oneFamilyIsEnough() {
    addresses("a.example", "192.0.2.1");

    assertResolves("/dns/a.example/tcp/1", null, "/ip4/192.0.2.1/tcp/1");
    assertFails("/dns6/a.example/tcp/1", null, "there is no name 'a.example'");
  }

  @Test
  void linksAreFollowedAndThenNames() {
    links(
        "example",
        "/dnsaddr/one.example/p2p/" + PEER,
        "/dns4/two.example/tcp/2/p2p/" + PEER,
        "/ip4/192.0.2.3/tcp/3/p2p/" + PEER);
    links("one.example", "/ip6/2001:db8::1/tcp/1/p2p/" + PEER);
    addresses("two.example", "192.0.2.2");

    assertResolves(
        "/dnsaddr/example/p2p/" + PEER,
        PEER,
        "/ip4/192.0.2.3/tcp/3/p2p/" + PEER,
        "/ip6/2001:db8::1/tcp/1/p2p/" + PEER,
        "/ip4/192.0.2.2/tcp/2/p2p/" + PEER);
    assertThat(asked).startsWith("TXT _dnsaddr.example").doesNotContain("TXT _dnsaddr.two.example");
  }

  @Test
  void linksOfOthersAreNotFollowed() {
    links(
        "example",
        "/dnsaddr/one.example/p2p/" + OTHER,
        "/ip4/192.0.2.1/tcp/1/p2p/" + OTHER,
        "/ip4/192.0.2.2/tcp/1/p2p/" + PEER,
        "/ip4/192.0.2.3/tcp/1");

    assertResolves("/dnsaddr/example/p2p/" + PEER, PEER, "/ip4/192.0.2.2/tcp/1/p2p/" + PEER);
    // Whom it leads to is shown by the handshake.
    assertResolves(
        "/dnsaddr/example", PEER, "/ip4/192.0.2.2/tcp/1/p2p/" + PEER, "/ip4/192.0.2.3/tcp/1");
    assertThat(asked).allMatch("TXT _dnsaddr.example"::equals);
  }

  @Test
  void whatFollowsTheNameIsWhatRecordsEndIn() {
    links("example", "/ip4/192.0.2.1/tcp/1", "/ip4/192.0.2.1/tcp/2", "/tcp/2", "/ip4/192.0.2.1");

    assertResolves("/dnsaddr/example/tcp/2", null, "/ip4/192.0.2.1/tcp/2");
  }

  @Test
  void recordsThatAreNoneAreLeftOut() {
    texts(
        "_dnsaddr.example",
        "",
        "v=spf1 -all",
        "dnsaddr",
        "dnsaddr=",
        "dnsaddr=rubbish",
        "dnsaddr=/ip4/1.2.3/tcp/1",
        "dnsaddr=/unix/x",
        "dnsaddr=" + "/ip4/192.0.2.1".repeat(100),
        "DNSADDR=/ip4/192.0.2.1/tcp/1",
        "\u0000\uffff");

    assertFails(
        "/dnsaddr/example",
        null,
        "none of the 10 TXT records of '_dnsaddr.example' is an address to dial");

    zone.computeIfPresent(
        Question.of("_dnsaddr.example", Kind.TXT),
        (question, answer) ->
            answer.map(
                rubbish -> {
                  List<byte[]> values = new ArrayList<>(rubbish.values());
                  values.add("dnsaddr=/ip4/192.0.2.7/tcp/1".getBytes(StandardCharsets.UTF_8));
                  return Answer.of(values, SECOND);
                }));
    assertResolves("/dnsaddr/example", null, "/ip4/192.0.2.7/tcp/1");
  }

  @Test
  void whatNoTransportUnderstandsIsLeftOut() {
    links("example", "/ip4/192.0.2.1/udp/1/quic-v1", "/ip4/192.0.2.1/tcp/1");
    addresses("a.example", "192.0.2.1");

    assertResolves("/dnsaddr/example", null, "/ip4/192.0.2.1/tcp/1");
    assertFails(
        "/dns4/a.example/udp/1/quic-v1", null, "no transport understands", "/dns4/a.example");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a..b", "-", "a;b", "x.a\"b"})
  void namesThatAreNoneAreAskedOfNobody(String name) {
    if (name.equals("-")) {
      assertFails("/dns4/" + "a".repeat(64) + "/tcp/1", null, "is no domain name");
      return;
    }
    assertFails("/dns/" + name + "/tcp/1", null, "'" + name + "' is no domain name");
    assertThat(asked).isEmpty();
  }

  @Test
  void aLoopOfLinksEnds() {
    links("one", "/dnsaddr/two");
    links("two", "/dnsaddr/one");

    assertFails("/dnsaddr/one", null, "'one' leads back to itself");
    assertThat(asked).containsExactly("TXT _dnsaddr.one", "TXT _dnsaddr.two");
  }

  @Test
  void linksAreFollowedSoDeep() {
    for (int i = 0; i < 10; i++) {
      links("d" + i, "/dnsaddr/d" + (i + 1));
    }
    links("d4", "/ip4/192.0.2.1/tcp/1");

    assertResolves("/dnsaddr/d1", null, "/ip4/192.0.2.1/tcp/1");
    assertFails("/dnsaddr/d0", null, "'d4' is behind more than 4 links");
  }

  @Test
  void aTreeOfLinksCostsABoundedNumberOfQuestions() {
    for (String name : List.of("", "0.", "0.0.", "0.0.0.")) {
      String[] children =
          IntStream.range(0, 50)
              .mapToObj(i -> "/dnsaddr/" + i + "." + name + "example")
              .toArray(String[]::new);
      links(name + "example", children);
    }

    assertFails("/dnsaddr/example", null, "more than 16 questions for one dial");
    assertThat(asked).hasSize(16);
  }

  @Test
  void allAddressesOfADialShareItsBounds() {
    config = config.withBounds(4, 5, 3);
    addresses("a.example", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2");
    Resolution dial = begin();

    StepVerifier.create(texts(dial.resolve(Multiaddr.parse("/dns4/a.example/tcp/1"), null)))
        .expectNextMatches(found -> found.size() == 2)
        .verifyComplete();
    StepVerifier.create(texts(dial.resolve(Multiaddr.parse("/dns/a.example/tcp/2"), null)))
        .expectNext(List.of("/ip6/2001:db8::1/tcp/2"))
        .verifyComplete();
    StepVerifier.create(dial.resolve(Multiaddr.parse("/dns4/a.example/tcp/3"), null))
        .verifyErrorMessage("there are more than 3 addresses for one dial");
    StepVerifier.create(dial.resolve(Multiaddr.parse("/dns/a.example/tcp/4"), null))
        .expectError(DialException.class)
        .verify();
    assertThat(asked).hasSize(5);
  }

  @Test
  void whatIsFoundInTimeIsUsed() {
    links("example", "/dns4/slow.example/tcp/1", "/ip4/192.0.2.1/tcp/1");
    zone.put(Question.of("slow.example", Kind.A), Mono.never());

    StepVerifier.create(resolve("/dnsaddr/example", null))
        .then(() -> time.advanceTimeBy(config.timeout()))
        .expectNext(List.of("/ip4/192.0.2.1/tcp/1"))
        .verifyComplete();
    StepVerifier.create(resolve("/dns4/slow.example/tcp/1", null))
        .then(() -> time.advanceTimeBy(config.timeout()))
        .verifyErrorMessage("no answer within PT5S");
  }

  @Test
  void givingUpGivesTheQuestionUp() {
    List<String> cancelled = new ArrayList<>();
    zone.put(
        Question.of("slow.example", Kind.A),
        Mono.<Answer>never().doOnCancel(() -> cancelled.add("slow.example")));

    resolve("/dns4/slow.example/tcp/1", null).subscribe().dispose();

    assertThat(cancelled).containsExactly("slow.example");
  }
}
