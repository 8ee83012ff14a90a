package io.echonet.dds.transport.host;

import io.echonet.dds.transport.dns.AddressResolver;
import io.echonet.dds.transport.spi.Muxer;
import io.echonet.dds.transport.spi.SecurityProtocol;
import io.echonet.dds.transport.spi.Transport;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What a host is made of besides its settings.
 *
 * @param transports the first that understands an address is used
 * @param resolver for addresses that are names
 * @param security what is negotiated, best first
 * @param muxers what is negotiated, best first
 * @param clock by which addresses expire
 * @param timer for timeouts and delays
 * @param random where ping payloads come from
 * @param release frees what the parts share, such as event loops, once the host has closed
 */
record HostParts(
    List<Transport> transports,
    AddressResolver resolver,
    List<SecurityProtocol> security,
    List<Muxer> muxers,
    Clock clock,
    Scheduler timer,
    Random random,
    Mono<Void> release) {
  HostParts {
    transports = List.copyOf(transports);
    security = List.copyOf(security);
    muxers = List.copyOf(muxers);
  }

  HostParts withRelease(Mono<Void> other) {
    return new HostParts(transports, resolver, security, muxers, clock, timer, random, other);
  }
}
