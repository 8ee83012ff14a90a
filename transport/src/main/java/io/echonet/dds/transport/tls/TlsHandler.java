package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.spi.SecurityProtocol.Secured;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import reactor.core.publisher.MonoSink;

/**
 * What stands behind Netty's {@link SslHandler}: judges how the handshake has ended, then keeps
 * plaintext until a handler behind asks to read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Of closing: its failure leaves nothing to be done.
final class TlsHandler extends ChannelDuplexHandler {
  /** More than two reads of a socket ever deliver, and no more are asked for meanwhile. */
  private static final int MAX_KEPT_BYTES = 2 << 20;

  /** A peer that takes no more bytes gets no farewell: the socket is closed after this. */
  private static final long FAREWELL_MILLIS = 500;

  private final MonoSink<Secured> sink;
  private final SSLEngine engine;
  private final TlsUpgrade upgrade;
  private final Runnable handshakeOver;
  private final AtomicBoolean cancelled;
  private final Queue<ByteBuf> kept = new ArrayDeque<>();
  private long keptBytes;
  private boolean done;
  private boolean reading;
  private boolean handingOn;

  /**
   * @param handshakeOver run once the engine needs {@code upgrade} no more, perhaps repeatedly
   * @param cancelled whether nobody wants to hear of the outcome any more
   */
  private TlsHandler(
      MonoSink<Secured> sink,
      TlsUpgrade upgrade,
      SSLEngine engine,
      Runnable handshakeOver,
      AtomicBoolean cancelled) {
    this.sink = sink;
    this.upgrade = upgrade;
    this.engine = engine;
    this.handshakeOver = handshakeOver;
    this.cancelled = cancelled;
  }

  /**
   * Begins the handshake on the event loop.
   *
   * @param engines makes the engine, and tells it of {@code upgrade}
   * @param handshakeOver takes the engine that needs {@code upgrade} no more, perhaps repeatedly
   */
  static void start(
      Channel channel,
      MonoSink<Secured> sink,
      TlsUpgrade upgrade,
      Supplier<SSLEngine> engines,
      Consumer<SSLEngine> handshakeOver) {
    AtomicBoolean cancelled = new AtomicBoolean();
    sink.onCancel(
        () -> {
          cancelled.set(true);
          channel.close();
        });
    channel
        .eventLoop()
        .execute(
            () -> {
              if (!channel.isActive()) {
                if (!cancelled.get()) {
                  sink.error(closed());
                }
                return;
              }
              channel.config().setAutoRead(false);
              SSLEngine engine = engines.get();
              Runnable over = () -> handshakeOver.accept(engine);
              channel.pipeline().addLast(new TlsHandler(sink, upgrade, engine, over, cancelled));
            });
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    SslHandler records = new SslHandler(engine);
    // Who upgrades the connection has a limit for all steps together.
    records.setHandshakeTimeoutMillis(0);
    records.setCloseNotifyFlushTimeoutMillis(FAREWELL_MILLIS);
    // It begins at once, and this handler is there already to hear how it ends.
    ctx.pipeline().addBefore(ctx.name(), null, records);
    ctx.read();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    release();
    end();
  }

  private void end() {
    done = true;
    handshakeOver.run();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        finish(ctx);
      } else {
        fail(ctx, handshake.cause());
      }
    } else if (event instanceof SslCloseCompletionEvent) {
      // The peer will send no more, and TLS has no half-closed connections that a muxer could use.
      ctx.close();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  private void finish(ChannelHandlerContext ctx) {
    if (done) {
      return;
    }
    Secured secured;
    try {
      secured = upgrade.secured(engine.getApplicationProtocol());
    } catch (ConnectionException e) {
      fail(ctx, e);
      return;
    }
    end();
    sink.success(secured);
  }

  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    if (done) {
      return;
    }
    end();
    boolean wasOpen = ctx.channel().isActive();
    ctx.close();
    if (cancelled.get()) {
      return;
    }
    if (cause instanceof ConnectionException failure) {
      sink.error(failure);
    } else if (!wasOpen) {
      sink.error(closed());
    } else if (cause instanceof NotSslRecordException) {
      // Its message repeats all that the peer has sent.
      sink.error(TlsUpgrade.failure("what the peer sends is not TLS", null));
    } else {
      sink.error(TlsUpgrade.failure(reason(cause), cause));
    }
  }

  /** What our own check said is at the bottom, under the engine's wrappings. */
  private static String reason(Throwable cause) {
    Throwable deepest = cause;
    for (int depth = 0; depth < 8 && deepest.getCause() != null; depth++) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    return message == null ? deepest.toString() : message;
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!reading) {
      if (!done || ctx.pipeline().lastContext() == ctx) {
        return;
      }
      reading = true;
      if (!kept.isEmpty()) {
        handOn(ctx);
        ctx.fireChannelReadComplete();
      }
    }
    ctx.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    kept.add(bytes);
    keptBytes += bytes.readableBytes();
    if (reading) {
      handOn(ctx);
    } else if (keptBytes > MAX_KEPT_BYTES) {
      release();
      exceptionCaught(
          ctx,
          new ConnectionException("more than " + MAX_KEPT_BYTES + " bytes before any was wanted"));
      ctx.close();
    }
  }

  private void handOn(ChannelHandlerContext ctx) {
    // Whoever gets a plaintext may read() again, and some channels deliver within that call: one at
    // a time.
    if (handingOn) {
      return;
    }
    handingOn = true;
    try {
      for (ByteBuf bytes = kept.poll(); bytes != null; bytes = kept.poll()) {
        keptBytes -= bytes.readableBytes();
        ctx.fireChannelRead(bytes);
      }
    } finally {
      handingOn = false;
    }
  }

  private void release() {
    for (ByteBuf bytes = kept.poll(); bytes != null; bytes = kept.poll()) {
      bytes.release();
    }
    keptBytes = 0;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (reading) {
      ctx.fireChannelReadComplete();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, closed());
    release();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable real =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (!done) {
      fail(ctx, real);
    } else if (ctx.pipeline().lastContext() == ctx) {
      // Nobody is there yet to hear of it; whoever comes finds the channel closed.
      ctx.close();
    } else {
      ctx.fireExceptionCaught(real);
    }
  }

  private static ConnectionException closed() {
    return new ConnectionException("connection closed during the tls handshake");
  }
}
