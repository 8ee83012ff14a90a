package io.echonet.dds.transport.dns;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.Multiaddr.Component;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.dns.Question.Kind;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What is resolved on behalf of one dial, and how much of it there may be. */
public final class Resolution {
  private static final String RECORD_PREFIX = "dnsaddr=";
  private static final String RECORD_DOMAIN = "_dnsaddr.";

  private final ResolverConfig config;
  private final NameService names;
  private final Predicate<Multiaddr> dialable;
  private final Scheduler timer;
  private final AtomicInteger queries = new AtomicInteger();
  private final AtomicInteger addresses = new AtomicInteger();

  Resolution(
      ResolverConfig config, NameService names, Predicate<Multiaddr> dialable, Scheduler timer) {
    this.config = config;
    this.names = names;
    this.dialable = dialable;
    this.timer = timer;
  }

  /**
   * The addresses without names that {@code address} stands for, at least one, in the order in
   * which to try them. Those of a {@code /dnsaddr} may end in {@code /p2p}.
   *
   * <p>Errors: {@link DialException} saying why there are none.
   *
   * @param peer whom they are to lead to: those that name another are left out; null for anybody
   */
  public Mono<List<Multiaddr>> resolve(Multiaddr address, @Nullable PeerId peer) {
    return Mono.defer(() -> new Search(peer).run(address));
  }

  /** What one address leads to. */
  private final class Search {
    private final @Nullable PeerId peer;
    private final Set<Multiaddr> followed = new LinkedHashSet<>();
    private final Set<String> failures = new LinkedHashSet<>();

    Search(@Nullable PeerId peer) {
      this.peer = peer;
    }

    Mono<List<Multiaddr>> run(Multiaddr address) {
      return follow(address, 1)
          .distinct()
          .takeWhile(found -> addresses.incrementAndGet() <= config.maxAddresses())
          .take(config.timeout(), timer)
          .collectList()
          .flatMap(
              found ->
                  found.isEmpty()
                      ? Mono.error(() -> new DialException(failure()))
                      : Mono.just(found));
    }

    private synchronized String failure() {
      if (!failures.isEmpty()) {
        return String.join("; ", failures);
      }
      return addresses.get() >= config.maxAddresses()
          ? "there are more than " + config.maxAddresses() + " addresses for one dial"
          : "no answer within " + config.timeout();
    }

    private synchronized void note(String failure) {
      failures.add(failure);
    }

    /** By its first component: what stands behind it is behind the name, too. */
    private Flux<Multiaddr> follow(Multiaddr address, int depth) {
      Component first = address.components().get(0);
      return switch (first.protocol()) {
        case DNS -> interleaved(address, first.value());
        case DNS4 -> ofFamily(address, first.value(), Kind.A);
        case DNS6 -> ofFamily(address, first.value(), Kind.AAAA);
        case DNSADDR -> links(address, first.value(), depth);
        default -> Flux.just(address);
      };
    }

    /** One of each family in turn, IPv6 first, so that a network without it is soon got over. */
    private Flux<Multiaddr> interleaved(Multiaddr address, String name) {
      return Mono.zip(
              ofFamily(address, name, Kind.AAAA).collectList(),
              ofFamily(address, name, Kind.A).collectList())
          .flatMapIterable(found -> inTurn(found.getT1(), found.getT2()));
    }

    private Flux<Multiaddr> ofFamily(Multiaddr address, String name, Kind kind) {
      return ask(name, kind)
          .flatMapIterable(Answer::values)
          .filter(ip -> ip.length == (kind == Kind.A ? 4 : 16))
          .map(ip -> withAddress(address, kind, ip))
          .filter(found -> isOfUse(found, address));
    }

    private Flux<Multiaddr> links(Multiaddr address, String name, int depth) {
      if (depth > config.maxDepth()) {
        note("'" + name + "' is behind more than " + config.maxDepth() + " links");
        return Flux.empty();
      }
      synchronized (this) {
        if (!followed.add(address)) {
          failures.add("'" + name + "' leads back to itself");
          return Flux.empty();
        }
      }
      return ask(RECORD_DOMAIN + name, Kind.TXT)
          .flatMapMany(answer -> linked(address, name, answer, depth + 1));
    }

    /** Addresses first: they are here, and what is behind further names may never be. */
    private Flux<Multiaddr> linked(Multiaddr address, String name, Answer answer, int depth) {
      List<Multiaddr> records =
          answer.values().stream()
              .flatMap(Search::parse)
              .filter(record -> endsAs(record, address))
              .filter(record -> record.isName() || dialable.test(record))
              .filter(record -> record.peerId().map(id -> isWanted(id)).orElse(true))
              .toList();
      if (records.isEmpty() && !answer.values().isEmpty()) {
        note(
            "none of the "
                + answer.values().size()
                + " TXT records of '"
                + RECORD_DOMAIN
                + name
                + "' is an address to dial"
                + (peer == null ? "" : " for " + peer));
      }
      return Flux.concat(
          Flux.fromIterable(records).filter(record -> !record.isName()),
          Flux.fromIterable(records)
              .filter(Multiaddr::isName)
              .concatMap(record -> follow(record, depth), 1));
    }

    private static Stream<Multiaddr> parse(byte[] text) {
      String record = new String(text, StandardCharsets.UTF_8);
      if (!record.startsWith(RECORD_PREFIX)) {
        return Stream.empty();
      }
      try {
        return Stream.of(Multiaddr.parse(record.substring(RECORD_PREFIX.length())));
      } catch (MalformedEncodingException e) {
        // Others know kinds of addresses that we do not.
        return Stream.empty();
      }
    }

    private boolean isWanted(PeerId id) {
      return peer == null || peer.equals(id);
    }

    private boolean isOfUse(Multiaddr found, Multiaddr name) {
      boolean useful = dialable.test(found);
      if (!useful) {
        note("no transport understands what is behind the name in " + name);
      }
      return useful;
    }

    private Mono<Answer> ask(String name, Kind kind) {
      Question question = Question.of(name, kind);
      if (!question.isWellFormed()) {
        note(question + " is no domain name");
        return Mono.empty();
      }
      if (queries.incrementAndGet() > config.maxQueries()) {
        note("more than " + config.maxQueries() + " questions for one dial");
        return Mono.empty();
      }
      return names.ask(question).doOnNext(answer -> answer.failure().ifPresent(this::note));
    }
  }

  /** Whether {@code record} ends in what follows the name in {@code address}. */
  private static boolean endsAs(Multiaddr record, Multiaddr address) {
    List<Component> wanted = address.components().subList(1, address.components().size());
    List<Component> parts = record.components();
    return parts.size() > wanted.size()
        && parts.subList(parts.size() - wanted.size(), parts.size()).equals(wanted);
  }

  private static Multiaddr withAddress(Multiaddr address, Kind kind, byte[] ip) {
    List<Component> components = new ArrayList<>(address.components());
    MultiaddrProtocol protocol = kind == Kind.A ? MultiaddrProtocol.IP4 : MultiaddrProtocol.IP6;
    components.set(0, new Component(protocol, NetUtil.bytesToIpAddress(ip)));
    return Multiaddr.of(components);
  }

  private static List<Multiaddr> inTurn(List<Multiaddr> first, List<Multiaddr> second) {
    List<Multiaddr> all = new ArrayList<>();
    for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
      at(first, i).ifPresent(all::add);
      at(second, i).ifPresent(all::add);
    }
    return all;
  }

  private static Optional<Multiaddr> at(List<Multiaddr> addresses, int index) {
    return index < addresses.size() ? Optional.of(addresses.get(index)) : Optional.empty();
  }
}
