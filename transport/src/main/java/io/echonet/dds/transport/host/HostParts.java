package io.echonet.dds.transport.host;

import io.echonet.dds.transport.dns.AddressResolver;
import io.echonet.dds.transport.spi.Muxer;
import io.echonet.dds.transport.spi.SecurityProtocol;
import io.echonet.dds.transport.spi.Transport;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
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
 * @param release frees what the parts share, such as event loops, once the host has closed: one
 *     step after the other, of which none keeps those after it from being taken
 */
record HostParts(
    List<Transport> transports,
    AddressResolver resolver,
    List<SecurityProtocol> security,
    List<Muxer> muxers,
    Clock clock,
    Scheduler timer,
    Random random,
    List<Mono<Void>> release) {
  HostParts {
    transports = List.copyOf(transports);
    security = List.copyOf(security);
    muxers = List.copyOf(muxers);
    release = List.copyOf(release);
  }

  /** With {@code first} before what is released anyway. */
  HostParts withRelease(Mono<Void> first) {
    List<Mono<Void>> steps = Stream.concat(Stream.of(first), release.stream()).toList();
    return new HostParts(transports, resolver, security, muxers, clock, timer, random, steps);
  }
}
