package io.echonet.dds.integration;

import static java.util.Objects.requireNonNull;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Our end of the protocols that the foreign peers answer. */
final class TestProtocols {
  static final String ECHO = "/dds-test/echo/1.0.0";
  static final String SOURCE = "/dds-test/source/1.0.0";
  static final String NEVER_READ = "/dds-test/never-read/1.0.0";

  static final int BUFFER_BYTES = 16_384;
  private static final int SOURCE_SEED = 1;

  private TestProtocols() {}

  /** Sends back what comes. */
  static void serveEcho(Host host) {
    host.handle(ECHO, stream -> stream.send(stream.receive()));
  }

  /**
   * Sends as many bytes as the first eight ask for; {@code taken} counts those that were given
   * away.
   */
  static void serveSource(Host host, AtomicLong taken) {
    host.handle(
        SOURCE,
        stream ->
            stream
                .receive()
                .collect(ByteBufAllocator.DEFAULT::buffer, TestProtocols::append)
                .map(TestProtocols::lengthAsked)
                .flatMap(length -> stream.send(pseudoRandom(SOURCE_SEED, length, taken))));
  }

  private static void append(ByteBuf all, ByteBuf some) {
    all.writeBytes(some);
    some.release();
  }

  private static long lengthAsked(ByteBuf request) {
    try {
      return request.readLong();
    } finally {
      request.release();
    }
  }

  /** The bytes of a seed, made as they are taken and counted in {@code taken}. */
  static Flux<ByteBuf> pseudoRandom(int seed, long length, AtomicLong taken) {
    return Flux.generate(
            () -> PseudoRandom.of(seed),
            (source, sink) -> {
              int some = (int) Math.min(BUFFER_BYTES, length - taken.get());
              if (some == 0) {
                sink.complete();
              } else {
                taken.addAndGet(some);
                sink.next(ByteBufAllocator.DEFAULT.buffer(some).writeBytes(source.next(some)));
              }
              return source;
            })
        .cast(ByteBuf.class);
  }

  static Stream open(Connection connection, String protocol) {
    return requireNonNull(
        connection.newStream(StreamOptions.defaults(), List.of(protocol)).block(OurHosts.LIMIT));
  }

  /**
   * Has {@code length} bytes sent back by the other end, checks them, and answers how many came.
   */
  static Mono<Long> echo(Connection connection, int seed, long length) {
    return connection
        .newStream(StreamOptions.defaults(), List.of(ECHO))
        .flatMap(
            stream -> {
              Mono<Void> sending =
                  stream
                      .send(pseudoRandom(seed, length, new AtomicLong()))
                      .then(stream.closeWrite());
              return Mono.zip(sending.thenReturn(true), check(stream, seed))
                  .map(both -> both.getT2());
            });
  }

  /** Reads to the end and compares with the bytes of the seed; answers how many there were. */
  static Mono<Long> check(Stream stream, int seed) {
    return Mono.defer(() -> check(stream, seed, new AtomicLong()));
  }

  /** The same, while {@code count} tells how many there have been. */
  static Mono<Long> check(Stream stream, int seed, AtomicLong count) {
    return Mono.defer(
        () -> {
          PseudoRandom expected = PseudoRandom.of(seed);
          return stream
              .receive()
              .doOnNext(buffer -> compare(buffer, expected, count))
              .then(Mono.fromSupplier(count::get));
        });
  }

  private static void compare(ByteBuf buffer, PseudoRandom expected, AtomicLong count) {
    try {
      byte[] bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes);
      if (!java.util.Arrays.equals(bytes, expected.next(bytes.length))) {
        throw new AssertionError("wrong byte within " + bytes.length + " from offset " + count);
      }
      count.addAndGet(bytes.length);
    } finally {
      buffer.release();
    }
  }
}
