package io.echonet.dds.transport.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.dns.Question.Kind;
import io.netty.resolver.DefaultHostsFileEntriesResolver;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class LocalNamesTest {
  private final List<Question> asked = new ArrayList<>();
  private final NameService names =
      new LocalNames(
          question -> {
            asked.add(question);
            return Mono.just(Answer.failed("not here", Duration.ZERO));
          },
          new DefaultHostsFileEntriesResolver());

  private List<String> ask(String name, Kind kind) {
    Answer answer = Objects.requireNonNull(names.ask(Question.of(name, kind)).block());
    return answer.values().stream().map(NetUtil::bytesToIpAddress).toList();
  }

  @Test
  void thisMachineIsAskedOfNobody() {
    assertThat(ask("localhost", Kind.A)).contains("127.0.0.1");
    assertThat(ask("localhost", Kind.AAAA)).contains("::1");
    assertThat(ask("a.localhost", Kind.A)).containsExactly("127.0.0.1");
    assertThat(ask("a.localhost", Kind.AAAA)).containsExactly("::1");
    assertThat(asked).isEmpty();
  }

  @Test
  void anAddressForANameIsItself() {
    assertThat(ask("127.1.2.3", Kind.A)).containsExactly("127.1.2.3");
    assertThat(asked).isEmpty();
  }

  @Test
  void othersAreAskedForTheRest() {
    ask("notlocalhost", Kind.A);
    ask("localhost.example", Kind.AAAA);
    ask("_dnsaddr.localhost", Kind.TXT);

    assertThat(asked).hasSize(3);
  }
}
