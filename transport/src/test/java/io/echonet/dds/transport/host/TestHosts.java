package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.dns.AddressResolver;
import io.echonet.dds.transport.spi.Muxer;
import io.echonet.dds.transport.spi.Transport;
import io.echonet.dds.transport.tcp.TcpTransport;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** Hosts on real sockets of which one part is the test's own. */
final class TestHosts {
  private TestHosts() {}

  /** A host that has no other transport than {@code transport}. */
  static Host start(HostConfig config, Transport transport) {
    LoopResources loops = LoopResources.create("test-net", 1, true);
    AddressResolver resolver =
        AddressResolver.create(config.dialing().resolver(), loops, true, Schedulers.parallel());
    return DefaultHost.start(
        Identity.generate(),
        config,
        new HostParts(
            List.of(transport),
            resolver,
            List.of(),
            List.of(),
            Clock.systemUTC(),
            Schedulers.parallel(),
            new Random(),
            release(resolver, loops)));
  }

  private static List<Mono<Void>> release(AddressResolver resolver, LoopResources loops) {
    return List.of(
        Mono.fromRunnable(resolver::close)
            .then(loops.disposeLater(Duration.ZERO, Duration.ofSeconds(1))));
  }

  /** A host whose muxer is {@code muxer}, and whose timeouts end by {@code timer}. */
  static Host start(HostConfig config, Muxer muxer, Scheduler timer) {
    Identity identity = Identity.generate();
    LoopResources loops = LoopResources.create("test-net", 1, true);
    AddressResolver resolver =
        AddressResolver.create(config.dialing().resolver(), loops, true, timer);
    return DefaultHost.start(
        identity,
        config,
        new HostParts(
            List.of(new TcpTransport(config.tcp(), loops)),
            resolver,
            config.security().stream()
                .map(kind -> kind.protocol(identity, Clock.systemUTC(), List.of(muxer.id())))
                .toList(),
            List.of(muxer),
            Clock.systemUTC(),
            timer,
            new Random(),
            release(resolver, loops)));
  }
}
