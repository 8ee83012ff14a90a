package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.dns.AddressResolver;
import io.echonet.dds.transport.spi.Muxer;
import io.echonet.dds.transport.tcp.TcpTransport;
import io.echonet.dds.transport.yamux.YamuxMuxer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** Makes hosts. */
public final class Hosts {
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
        Mono.fromRunnable(resolver::close).then(loops.disposeLater(Duration.ZERO, LOOPS_TIMEOUT)));
  }
}
