package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.disk.Flushing;
import io.echonet.dds.transport.dns.AddressResolver;
import io.echonet.dds.transport.spi.Muxer;
import io.echonet.dds.transport.tcp.TcpTransport;
import io.echonet.dds.transport.yamux.YamuxMuxer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** Makes hosts. */
public final class Hosts {
  private static final Logger LOG = LoggerFactory.getLogger(Hosts.class);

  /** How long news of peers may be lost in a crash. */
  private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(2);

  private static final Duration LOOPS_TIMEOUT = Duration.ofSeconds(1);

  private Hosts() {}

  /**
   * The normal host: TCP, Noise or TLS, and Yamux, with identify and ping served. It has event
   * loops of its own, which end when it is closed, and listens nowhere yet: see {@link
   * Host#listen}.
   */
  public static Mono<Host> create(Identity identity, HostConfig config) {
    return Mono.<Host>fromCallable(
            () -> DefaultHost.start(identity, config, normalParts(identity, config)))
        .subscribeOn(Schedulers.boundedElastic());
  }

  /**
   * As {@link #create(Identity, HostConfig)}, with what is known of other peers kept in {@code
   * peers} as well, from which it is read first. The file is this host's alone; it is made where it
   * is missing, and what is damaged of it is passed over. Where it can't be used at all, or is of a
   * later version, that is said in one line of the program's log, and the host does without.
   */
  public static Mono<Host> create(Identity identity, HostConfig config, Path peers) {
    return Mono.fromCallable(() -> open(identity, config, peers))
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static Host open(Identity identity, HostConfig config, Path peers) {
    HostParts parts = normalParts(identity, config);
    InMemoryPeerStore store = InMemoryPeerStore.create(config.peerStore(), parts.clock());
    PeerLog log;
    try {
      log = PeerLog.open(peers, store, config.peerStore().maxPeers());
    } catch (IOException e) {
      LOG.warn("peers are not kept across a restart: {}", e.toString());
      return DefaultHost.start(identity, config, parts, store);
    }
    return DefaultHost.start(identity, config, keeping(log, parts), store);
  }

  /** The file is written to from time to time, and a last time when the host has closed. */
  private static HostParts keeping(PeerLog log, HostParts parts) {
    Flushing flushing =
        Flushing.every(FLUSH_INTERVAL, log::flush, parts.timer(), Schedulers.boundedElastic());
    return parts.withRelease(flushing.close(log::close));
  }

  private static HostParts normalParts(Identity identity, HostConfig config) {
    Clock clock = Clock.systemUTC();
    LoopResources loops = LoopResources.create("dds-net", config.eventLoops(), true);
    List<Muxer> muxers = List.of(new YamuxMuxer(config.yamux()));
    List<String> muxerIds = muxers.stream().map(Muxer::id).toList();
    AddressResolver resolver =
        AddressResolver.create(
            config.dialing().resolver(),
            loops,
            config.tcp().nativeTransport(),
            Schedulers.parallel());
    return new HostParts(
        List.of(new TcpTransport(config.tcp(), loops)),
        resolver,
        config.security().stream().map(kind -> kind.protocol(identity, clock, muxerIds)).toList(),
        muxers,
        clock,
        Schedulers.parallel(),
        // Payloads of pings are no secret, and a secure source may block.
        new Random(new SecureRandom().nextLong()),
        List.of(
            Mono.fromRunnable(resolver::close)
                .then(loops.disposeLater(Duration.ZERO, LOOPS_TIMEOUT))));
  }
}
