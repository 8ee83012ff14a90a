package io.echonet.dds.transport.multistream;

import io.echonet.dds.transport.ConnectionException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * The handler that negotiates on a channel, and then keeps what came early until the next handler
 * reads.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Of closing: its failure leaves nothing to be done.
final class ChannelNegotiation extends ChannelDuplexHandler {
  /*
   * Handlers follow one another on a connection, and whoever finishes must not lose bytes that belong to the
   * next. Netty's own pull signal, read(), travels from the last handler to the first: so this one stays in
   * place after the agreement, as the last, until a read() passes through it, which can only mean that
   * somebody behind it is ready. Then it hands on what it kept, removes itself and lets the read() go on.
   */

  /** More than one read of a socket or one frame of a cipher ever delivers. */
  private static final int MAX_KEPT_BYTES = 1 << 20;

  private final MultistreamNegotiation negotiation;
  private final MonoSink<String> sink;
  private final Queue<ByteBuf> kept = new ArrayDeque<>(2);
  private int keptBytes;
  private boolean decided;
  private boolean handingOn;

  private @Nullable ChannelHandlerContext context;

  ChannelNegotiation(MultistreamNegotiation negotiation, MonoSink<String> sink) {
    this.negotiation = negotiation;
    this.sink = sink;
  }

  void start(Channel channel) {
    sink.onCancel(() -> channel.eventLoop().execute(this::abandon));
    channel.eventLoop().execute(() -> startOnLoop(channel));
  }

  private void startOnLoop(Channel channel) {
    if (!channel.isActive()) {
      sink.error(closed());
      return;
    }
    channel.config().setAutoRead(false);
    channel.pipeline().addLast(this);
  }

  private void abandon() {
    ChannelHandlerContext ctx = context;
    if (ctx != null && !decided) {
      decided = true;
      ctx.pipeline().remove(this);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    send(ctx, negotiation.opening());
    ctx.read();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    context = null;
    for (ByteBuf buffer = kept.poll(); buffer != null; buffer = kept.poll()) {
      buffer.release();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf buffer)) {
      ReferenceCountUtil.release(message);
      fail(ctx, new ConnectionException("negotiation on a channel that carries no bytes"));
    } else if (decided) {
      keep(ctx, buffer);
    } else {
      negotiate(ctx, buffer);
    }
  }

  private void negotiate(ChannelHandlerContext ctx, ByteBuf buffer) {
    MultistreamNegotiation.Step step = negotiation.feed(buffer);
    if (step instanceof MultistreamNegotiation.Step.More more) {
      buffer.release();
      send(ctx, more.reply());
    } else if (step instanceof MultistreamNegotiation.Step.Agreed agreed) {
      decided = true;
      keep(ctx, buffer);
      send(ctx, agreed.reply());
      sink.success(agreed.protocol());
    } else if (step instanceof MultistreamNegotiation.Step.Failed failed) {
      buffer.release();
      fail(ctx, new ConnectionException("protocol negotiation failed: " + failed.reason()));
    } else {
      buffer.release();
      fail(ctx, new ConnectionException("the peer refuses every protocol proposed"));
    }
  }

  private void keep(ChannelHandlerContext ctx, ByteBuf buffer) {
    if (!buffer.isReadable() || keptBytes + buffer.readableBytes() > MAX_KEPT_BYTES) {
      boolean tooMuch = buffer.isReadable();
      buffer.release();
      if (tooMuch) {
        ctx.close();
      }
      return;
    }
    keptBytes += buffer.readableBytes();
    kept.add(buffer);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!decided) {
      ctx.read();
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!decided) {
      ctx.read();
    } else if (!handingOn && ctx.pipeline().lastContext() != ctx) {
      handOn(ctx);
      ctx.read();
    }
  }

  private void handOn(ChannelHandlerContext ctx) {
    handingOn = true;
    if (!kept.isEmpty()) {
      for (ByteBuf buffer = kept.poll(); buffer != null; buffer = kept.poll()) {
        ctx.fireChannelRead(buffer);
      }
      ctx.fireChannelReadComplete();
    }
    // The handler behind may have closed the channel, which empties the pipeline.
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!decided) {
      decided = true;
      sink.error(closed());
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (decided && ctx.pipeline().lastContext() == ctx) {
      // Nobody is there yet to hear of it; whoever comes finds the channel closed.
      ctx.close();
    } else if (decided) {
      ctx.fireExceptionCaught(cause);
    } else {
      fail(ctx, new ConnectionException("connection failed during protocol negotiation", cause));
    }
  }

  private void send(ChannelHandlerContext ctx, byte[] bytes) {
    if (bytes.length > 0) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  private void fail(ChannelHandlerContext ctx, ConnectionException failure) {
    decided = true;
    ctx.close();
    sink.error(failure);
  }

  private static ConnectionException closed() {
    return new ConnectionException("connection closed during protocol negotiation");
  }
}
