package io.echonet.dds.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.noise.NoiseProtocol;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol;
import io.echonet.dds.transport.spi.Transport.Listener;
import io.echonet.dds.transport.tcp.TcpConfig;
import io.echonet.dds.transport.tcp.TcpTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Streams bytes over a secured loopback connection, both ends in this process on a thread each, and
 * prints MB/s and what a GB costs both ends together in CPU seconds.
 *
 * <p>Arguments: gigabytes per round (default 2), rounds (default 5). What is written are chunks of
 * 262,144 bytes on the heap behind headers of 12 bytes, as a muxer would write them.
 */
public final class NoiseChannelBenchmark {
  private static final int CHUNK_BYTES = 262_144;
  private static final int FRAME_BYTES = 65_536;
  private static final int HEADER_BYTES = 12;
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private NoiseChannelBenchmark() {}

  public static void main(String[] arguments) throws InterruptedException {
    long bytes =
        (long) ((arguments.length > 0 ? Double.parseDouble(arguments[0]) : 2) * 1_000_000_000L);
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    LoopResources loops = LoopResources.create("bench", 1, 2, true, false);
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults(), loops);
    Counter counter = new Counter();
    NoiseProtocol listening = new NoiseProtocol(Identity.generate());
    Listener listener =
        tcp.listen(
                Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
                raw ->
                    secure(listening, raw.channel(), Role.RESPONDER)
                        .subscribe(
                            secured -> {
                              raw.channel().pipeline().addLast(counter);
                              raw.channel().config().setAutoRead(true);
                            },
                            Throwable::printStackTrace))
            .blockOptional(TIMEOUT)
            .orElseThrow();
    Channel channel = tcp.dial(listener.address()).blockOptional(TIMEOUT).orElseThrow().channel();
    secure(new NoiseProtocol(Identity.generate()), channel, Role.INITIATOR).block(TIMEOUT);
    for (int i = 0; i < rounds; i++) {
      measure(channel, counter, bytes);
    }
    channel.close().syncUninterruptibly();
    listener.close().block(TIMEOUT);
    loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2)).block(TIMEOUT);
  }

  private static Mono<SecurityProtocol.Secured> secure(
      NoiseProtocol noise, Channel channel, Role role) {
    return noise.secure(channel, role, null, List.of());
  }

  private static void measure(Channel channel, Counter counter, long bytes)
      throws InterruptedException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    CountDownLatch done = counter.expect(bytes);
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    channel.pipeline().addLast(new Sender(bytes));
    done.await();
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%.0f MB/s, %.2f CPU s/GB, both ends (JDK %d)%n",
        bytes / 1e6 / seconds,
        cpuSeconds / (bytes / 1e9),
        Runtime.version().feature());
  }

  /** Writes while the channel is writable, then leaves. */
  @SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel: the count stops.
  private static final class Sender extends ChannelInboundHandlerAdapter {
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private long left;
    private int offset;

    Sender(long bytes) {
      this.left = bytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.executor().execute(() -> send(ctx));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      send(ctx);
    }

    private void send(ChannelHandlerContext ctx) {
      while (left > 0 && ctx.channel().isWritable()) {
        int count = (int) Math.min(left, FRAME_BYTES);
        ByteBuf header = ctx.alloc().directBuffer(HEADER_BYTES).writeZero(HEADER_BYTES);
        ctx.write(header, ctx.voidPromise());
        ctx.write(Unpooled.wrappedBuffer(chunk, offset, count), ctx.voidPromise());
        offset = (offset + FRAME_BYTES) % CHUNK_BYTES;
        left -= count;
      }
      ctx.flush();
      if (left == 0 && !ctx.isRemoved()) {
        ctx.pipeline().remove(this);
      }
    }
  }

  private static final class Counter extends ChannelInboundHandlerAdapter {
    private volatile CountDownLatch done = new CountDownLatch(1);
    private volatile long expected;
    private long received;

    CountDownLatch expect(long bytes) {
      long frames = (bytes + FRAME_BYTES - 1) / FRAME_BYTES;
      CountDownLatch latch = new CountDownLatch(1);
      received = 0;
      done = latch;
      expected = bytes + frames * HEADER_BYTES;
      return latch;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf buffer = (ByteBuf) message;
      received += buffer.readableBytes();
      buffer.release();
      if (received >= expected) {
        done.countDown();
      }
    }
  }
}
