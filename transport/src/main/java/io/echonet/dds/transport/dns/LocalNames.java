package io.echonet.dds.transport.dns;

import io.echonet.dds.transport.dns.Question.Kind;
import io.netty.resolver.DefaultHostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The names that this machine knows by itself, before anybody else is asked. */
final class LocalNames implements NameService {
  private static final byte[] LOOPBACK_4 = {127, 0, 0, 1};
  private static final byte[] LOOPBACK_6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private final NameService others;
  private final DefaultHostsFileEntriesResolver hostsFile;

  /**
   * @param hostsFile has been read already: that is nothing for an event loop
   */
  LocalNames(NameService others, DefaultHostsFileEntriesResolver hostsFile) {
    this.others = others;
    this.hostsFile = hostsFile;
  }

  @Override
  public Mono<Answer> ask(Question question) {
    return known(question).map(Mono::just).orElseGet(() -> others.ask(question));
  }

  private Optional<Answer> known(Question question) {
    return switch (question.kind()) {
      case A -> known(question, ResolvedAddressTypes.IPV4_ONLY, LOOPBACK_4);
      case AAAA -> known(question, ResolvedAddressTypes.IPV6_ONLY, LOOPBACK_6);
      case TXT -> Optional.empty();
    };
  }

  private Optional<Answer> known(
      Question question, ResolvedAddressTypes family, byte[] ownAddress) {
    String name = question.name();
    if (question.kind() == Kind.A && NetUtil.isValidIpV4Address(name)) {
      return answer(List.of(NetUtil.createByteArrayFromIpAddressString(name)));
    }
    List<InetAddress> listed = hostsFile.addresses(name, family);
    if (listed != null) {
      return answer(listed.stream().map(InetAddress::getAddress).toList());
    }
    // RFC 6761, section 6.3: these are never asked of name servers.
    return name.equals("localhost") || name.endsWith(".localhost")
        ? answer(List.of(ownAddress))
        : Optional.empty();
  }

  private static Optional<Answer> answer(List<byte[]> addresses) {
    return Optional.of(Answer.of(addresses, Duration.ZERO));
  }
}
