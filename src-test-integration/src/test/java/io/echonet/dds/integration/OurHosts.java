package io.echonet.dds.integration;

import static java.util.Objects.requireNonNull;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Hosts;
import io.echonet.dds.transport.kad.KadConfig;
import io.echonet.dds.transport.kad.KadMode;
import io.echonet.dds.transport.kad.KademliaDht;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Mono;

/** The hosts that a test has in this JVM, on real sockets; closed after it. */
final class OurHosts implements AfterEachCallback {
  static final Duration LIMIT = Duration.ofSeconds(60);

  private final Deque<Mono<Void>> closing = new ArrayDeque<>();

  /** A host that listens on loopback. */
  Host listening() {
    return listening(HostConfig.defaults());
  }

  Host listening(HostConfig config) {
    return listening(config, Identity.generate());
  }

  Host listening(HostConfig config, Identity identity) {
    Host host = silent(config, identity);
    requireNonNull(host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).block(LIMIT));
    return host;
  }

  /** A host that listens nowhere. */
  Host silent(HostConfig config) {
    return silent(config, Identity.generate());
  }

  private Host silent(HostConfig config, Identity identity) {
    Host host = requireNonNull(Hosts.create(identity, config).block(LIMIT));
    closing.push(host.close());
    return host;
  }

  /** A DHT on {@code host} that begins with the peers at {@code addresses}. */
  KademliaDht dht(Host host, KadMode mode, String... addresses) {
    KademliaDht dht = KademliaDht.start(host, KadConfig.defaults(), mode);
    closing.push(dht.close());
    if (addresses.length > 0) {
      dht.bootstrap(List.of(addresses).stream().map(Multiaddr::parse).toList()).block(LIMIT);
    }
    return dht;
  }

  /** Closed with the others, those made last first. */
  void closeAfterwards(Mono<Void> close) {
    closing.push(close);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }

  /** Closes them all; for those outside of a test. */
  void close() {
    while (!closing.isEmpty()) {
      closing.pop().block(LIMIT);
    }
  }

  /** Where {@code host} listens, with {@code /p2p}. */
  static String address(Host host) {
    return host.listenAddresses().get(0).withPeerId(host.id()).toString();
  }

  static Connection connect(Host host, ForeignPeer peer) {
    return requireNonNull(host.connect(Multiaddr.parse(peer.address())).block(LIMIT));
  }

  static PeerId idOf(ForeignPeer peer) {
    return PeerId.parse(peer.peerId());
  }
}
