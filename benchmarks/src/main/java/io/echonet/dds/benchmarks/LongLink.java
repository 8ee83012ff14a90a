package io.echonet.dds.benchmarks;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Hosts;
import io.echonet.dds.transport.testing.LinkShape;
import io.echonet.dds.transport.testing.ShapedLink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One stream over a link of a long round trip: what it carries, beside what a plain socket carries
 * over the same link in the same run.
 */
final class LongLink {
  static final String COMMAND = "long-link";

  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final String PROTOCOL = "/benchmark/source/1.0.0";
  private static final int BUFFER_BYTES = 65_536;
  private static final int MIB = 1024 * 1024;

  private LongLink() {}

  /**
   * @param options MiB per pass (1,024), round trip in ms (100), the link's Mbit/s (1,000), passes
   *     (3)
   */
  static void run(String... options) throws Exception {
    long bytes = MIB * option(options, 0, 1024);
    Duration roundTrip = Duration.ofMillis(option(options, 1, 100));
    long rate = option(options, 2, 1000) * 1_000_000 / 8;
    long passes = option(options, 3, 3);
    LinkShape shape = LinkShape.of(roundTrip, rate);
    System.out.printf(
        Locale.ROOT,
        "link: %d ms, %.1f MB/s; %d MiB a pass%n",
        roundTrip.toMillis(),
        rate / 1e6,
        bytes / MIB);
    for (int i = 0; i < passes; i++) {
      Progress socket = overSocket(shape, bytes);
      Progress stream = overStream(shape, bytes);
      System.out.printf(
          Locale.ROOT,
          "socket %.1f MB/s (second half %.1f); stream %.1f MB/s (second half %.1f): %.2f of the"
              + " link, %.2f of the socket%n",
          socket.rate(),
          socket.rateOfSecondHalf(),
          stream.rate(),
          stream.rateOfSecondHalf(),
          stream.rateOfSecondHalf() * 1e6 / rate,
          stream.rateOfSecondHalf() / socket.rateOfSecondHalf());
    }
  }

  private static long option(String[] options, int index, long otherwise) {
    return options.length > index ? Long.parseLong(options[index]) : otherwise;
  }

  /** When how much had arrived. */
  private static final class Progress implements LongConsumer {
    private final long total;
    private final long start = System.nanoTime();
    private long half;
    private long end;
    private long received;

    Progress(long total) {
      this.total = total;
    }

    @Override
    public void accept(long bytes) {
      received += bytes;
      if (half == 0 && received >= total / 2) {
        half = System.nanoTime();
      }
      if (received >= total) {
        end = System.nanoTime();
      }
    }

    double rate() {
      return total * 1e3 / (end - start);
    }

    double rateOfSecondHalf() {
      return total * 0.5e3 / (end - half);
    }
  }

  private static Progress overSocket(LinkShape shape, long bytes) throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ShapedLink link = new ShapedLink(listening.getLocalPort(), shape);
        Socket receiving = new Socket(InetAddress.getLoopbackAddress(), link.port());
        Socket sending = listening.accept()) {
      Thread writer = new Thread(() -> write(sending, bytes));
      Progress progress = new Progress(bytes);
      writer.start();
      InputStream in = receiving.getInputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        progress.accept(read);
      }
      writer.join();
      return progress;
    }
  }

  private static void write(Socket socket, long bytes) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      OutputStream out = socket.getOutputStream();
      for (long left = bytes; left > 0; left -= buffer.length) {
        out.write(buffer);
      }
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Progress overStream(LinkShape shape, long bytes) {
    Host sender = host();
    Host receiver = host();
    sender.handle(PROTOCOL, stream -> stream.send(buffers(bytes)));
    Multiaddr at =
        sender.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).blockOptional(TIMEOUT).orElseThrow();
    int port = Integer.parseInt(at.value(MultiaddrProtocol.TCP).orElseThrow());
    try (ShapedLink link = new ShapedLink(port, shape)) {
      return receiver
          .connect(link.address().withPeerId(sender.id()))
          .then(receiver.newStream(sender.id(), StreamOptions.defaults(), PROTOCOL))
          .flatMap(stream -> receive(stream, bytes))
          .blockOptional(TIMEOUT)
          .orElseThrow();
    } finally {
      receiver.close().then(sender.close()).block(TIMEOUT);
    }
  }

  private static Host host() {
    return Hosts.create(Identity.generate(), HostConfig.defaults())
        .blockOptional(TIMEOUT)
        .orElseThrow();
  }

  private static Flux<ByteBuf> buffers(long bytes) {
    byte[] buffer = new byte[BUFFER_BYTES];
    return Flux.<ByteBuf>generate(sink -> sink.next(Unpooled.wrappedBuffer(buffer)))
        .take(bytes / BUFFER_BYTES);
  }

  private static Mono<Progress> receive(Stream stream, long bytes) {
    Progress progress = new Progress(bytes);
    return stream
        .receive()
        .doOnNext(
            buffer -> {
              progress.accept(buffer.readableBytes());
              buffer.release();
            })
        .then(Mono.just(progress));
  }
}
