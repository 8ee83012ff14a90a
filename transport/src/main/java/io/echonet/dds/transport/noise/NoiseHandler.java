package io.echonet.dds.transport.noise;

import io.echonet.dds.transport.ConnectionException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The secured part of a pipeline: ciphertext on the socket's side, plaintext on the other. What
 * arrives before a handler behind has asked to read is kept.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Of closing: its failure leaves nothing to be done.
final class NoiseHandler extends ChannelDuplexHandler {
  /** More than one read of a socket ever delivers, and none is asked for while bytes are kept. */
  private static final int MAX_KEPT_BYTES = 2 << 20;

  private final Aead sending;
  private final FrameOpener opener;
  private final Queue<ByteBuf> arrived = new ArrayDeque<>();
  private long arrivedBytes;
  private @Nullable FrameSealer sealer;
  private @Nullable ChannelHandlerContext context;
  private boolean reading;
  private boolean opening;
  private boolean handedOn;
  private boolean over;

  /**
   * @param early ciphertext that came together with the handshake
   */
  NoiseHandler(Aead sending, Aead receiving, @Nullable ByteBuf early) {
    this.sending = sending;
    this.opener = new FrameOpener(receiving, this::handOn);
    if (early != null) {
      keep(early);
    }
  }

  private void keep(ByteBuf bytes) {
    arrivedBytes += bytes.readableBytes();
    arrived.add(bytes);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    sealer = new FrameSealer(sending, ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    end(new ClosedChannelException());
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!reading) {
      if (ctx.pipeline().lastContext() == ctx) {
        return;
      }
      reading = true;
      if (!arrived.isEmpty()) {
        openArrived(ctx);
        channelReadComplete(ctx);
      }
    }
    ctx.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (over || !(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    keep(bytes);
    if (reading) {
      openArrived(ctx);
    } else if (arrivedBytes > MAX_KEPT_BYTES) {
      fail(
          ctx,
          new ConnectionException("more than " + MAX_KEPT_BYTES + " bytes before any was wanted"));
    }
  }

  private void openArrived(ChannelHandlerContext ctx) {
    // Whoever gets a plaintext may read() again, and some channels deliver within that call: one at
    // a time.
    if (opening) {
      return;
    }
    opening = true;
    try {
      for (ByteBuf bytes = arrived.poll(); bytes != null; bytes = arrived.poll()) {
        arrivedBytes -= bytes.readableBytes();
        opener.feed(ctx.alloc(), bytes);
      }
    } catch (ConnectionException e) {
      fail(ctx, e);
    } finally {
      opening = false;
    }
  }

  private void handOn(ByteBuf plaintext) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || over) {
      plaintext.release();
    } else {
      handedOn = true;
      ctx.fireChannelRead(plaintext);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!reading) {
      return;
    }
    boolean wanting = !handedOn && !over && !ctx.channel().config().isAutoRead();
    handedOn = false;
    ctx.fireChannelReadComplete();
    if (wanting) {
      // Part of a frame is nothing to whoever asked to read.
      ctx.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    FrameSealer frames = sealer;
    if (over || frames == null) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
    } else if (message instanceof ByteBuf plaintext) {
      try {
        frames.write(plaintext, promise);
      } catch (ConnectionException e) {
        fail(ctx, e);
      }
    } else {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new UnsupportedMessageTypeException(message, ByteBuf.class));
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    FrameSealer frames = sealer;
    if (!over && frames != null) {
      try {
        frames.flush();
      } catch (ConnectionException e) {
        fail(ctx, e);
      }
    }
    ctx.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!over && reading && opener.isInsideFrame()) {
      ctx.fireExceptionCaught(new ConnectionException("connection ended inside a noise frame"));
    }
    end(new ClosedChannelException());
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (ctx.pipeline().lastContext() == ctx) {
      // Nobody is there yet to hear of it; whoever comes finds the channel closed.
      ctx.close();
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  private void fail(ChannelHandlerContext ctx, ConnectionException failure) {
    if (over) {
      return;
    }
    end(failure);
    exceptionCaught(ctx, failure);
    ctx.close();
  }

  private void end(Exception reason) {
    if (over) {
      return;
    }
    over = true;
    opener.release();
    for (ByteBuf bytes = arrived.poll(); bytes != null; bytes = arrived.poll()) {
      bytes.release();
    }
    FrameSealer frames = sealer;
    if (frames != null) {
      frames.fail(reason);
    }
  }
}
