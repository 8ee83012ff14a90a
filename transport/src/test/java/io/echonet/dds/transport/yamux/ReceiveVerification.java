package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.testing.Await;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The verification kit of Reactive Streams, applied to what a stream receives. */
final class ReceiveVerification extends PublisherVerification<Integer> {
  /** A piece of this size is an element by itself, however late it is read. */
  private static final int ELEMENT_BYTES = ReceiveQueue.SMALL_BYTES;

  private static final int STREAM = 1;

  private final EventLoopGroup loops;
  private final List<Channel> channels = new ArrayList<>();

  /** The kit, with the times to wait of {@code environment}. */
  ReceiveVerification(EventLoopGroup loops, TestEnvironment environment) {
    super(environment);
    this.loops = loops;
  }

  void close() {
    channels.forEach(channel -> channel.close().syncUninterruptibly());
  }

  /** What fits the window. */
  @Override
  public long maxElementsFromPublisher() {
    return 262_144 / ELEMENT_BYTES;
  }

  @Override
  public Publisher<Integer> createPublisher(long elements) {
    Pair pair = connect();
    MuxedStream stream = open(pair);
    for (long i = 0; i < elements; i++) {
      ByteBuf frame = Unpooled.buffer(YamuxFrame.HEADER_BYTES + ELEMENT_BYTES);
      new YamuxFrame.Data(0, STREAM, ELEMENT_BYTES).encode(frame);
      send(pair, frame.writeZero(ELEMENT_BYTES));
    }
    send(pair, new YamuxFrame.Data(YamuxFrame.FIN, STREAM, 0));
    return new Received(stream);
  }

  @Override
  public Publisher<Integer> createFailedPublisher() {
    Pair pair = connect();
    MuxedStream stream = open(pair);
    send(pair, new YamuxFrame.WindowUpdate(YamuxFrame.RST, STREAM, 0));
    stream.onClose().block(Await.TIMEOUT);
    return new Received(stream);
  }

  /** Passes every signal on as it comes; of a buffer, which the kit would leak, its size. */
  private record Received(MuxedStream stream) implements Publisher<Integer> {
    @Override
    public void subscribe(Subscriber<? super Integer> subscriber) {
      Objects.requireNonNull(subscriber);
      stream
          .receive()
          .subscribe(
              new CoreSubscriber<ByteBuf>() {
                @Override
                public void onSubscribe(Subscription subscription) {
                  subscriber.onSubscribe(subscription);
                }

                @Override
                public void onNext(ByteBuf buffer) {
                  int bytes = buffer.readableBytes();
                  buffer.release();
                  subscriber.onNext(bytes);
                }

                @Override
                public void onError(Throwable failure) {
                  subscriber.onError(failure);
                }

                @Override
                public void onComplete() {
                  subscriber.onComplete();
                }
              });
    }
  }

  /** A session, and the raw channel of its peer. */
  private record Pair(Channel peer, Mono<MuxedStream> accepted) {}

  private Pair connect() {
    Sinks.One<MuxedStream> accepted = Sinks.one();
    Channel server =
        new ServerBootstrap()
            .group(loops)
            .channel(LocalServerChannel.class)
            .childHandler(
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void channelActive(ChannelHandlerContext ctx) {
                    new YamuxMuxer()
                        .attach(
                            ctx.channel(),
                            Role.RESPONDER,
                            TestMemory.plenty(),
                            accepted::tryEmitValue);
                  }
                })
            .bind(new LocalAddress("verified-" + System.nanoTime()))
            .syncUninterruptibly()
            .channel();
    Channel peer =
        new Bootstrap()
            .group(loops)
            .channel(LocalChannel.class)
            .handler(
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ReferenceCountUtil.release(message);
                  }
                })
            .connect(server.localAddress())
            .syncUninterruptibly()
            .channel();
    channels.addAll(List.of(server, peer));
    return new Pair(peer, accepted.asMono());
  }

  private static MuxedStream open(Pair pair) {
    send(pair, new YamuxFrame.WindowUpdate(YamuxFrame.SYN, STREAM, 0));
    return SocketPair.await(pair.accepted());
  }

  private static void send(Pair pair, YamuxFrame frame) {
    ByteBuf bytes = Unpooled.buffer();
    frame.encode(bytes);
    send(pair, bytes);
  }

  private static void send(Pair pair, ByteBuf bytes) {
    pair.peer().writeAndFlush(bytes).syncUninterruptibly();
  }
}
