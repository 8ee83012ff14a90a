package io.echonet.dds.transport.noise;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.spi.SecurityProtocol.Secured;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** Runs a {@link NoiseUpgrade} on a channel, then puts a {@link NoiseHandler} in its place. */
@SuppressWarnings("FutureReturnValueIgnored") // Of closing: its failure leaves nothing to be done.
final class NoiseHandshakeHandler extends ChannelInboundHandlerAdapter {
  /**
   * A peer with an RSA key of 8,192 bits and a dozen muxers needs less; the format allows 65,535.
   */
  private static final int MAX_MESSAGE_BYTES = 8192;

  private final MonoSink<Secured> sink;
  private final NoiseUpgrade upgrade;
  private boolean done;
  private @Nullable ByteBuf unread;

  private NoiseHandshakeHandler(MonoSink<Secured> sink, NoiseUpgrade upgrade) {
    this.sink = sink;
    this.upgrade = upgrade;
  }

  static void start(Channel channel, MonoSink<Secured> sink, Supplier<NoiseUpgrade> upgrades) {
    sink.onCancel(channel::close);
    channel
        .eventLoop()
        .execute(
            () -> {
              if (!channel.isActive()) {
                sink.error(closed());
                return;
              }
              channel.config().setAutoRead(false);
              channel.pipeline().addLast(new NoiseHandshakeHandler(sink, upgrades.get()));
            });
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    speak(ctx);
    ctx.read();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ByteBuf left = unread;
    if (left != null) {
      unread = null;
      left.release();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (done || !(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    ByteBuf before = unread;
    if (before == null) {
      unread = bytes;
    } else {
      unread = ctx.alloc().buffer().writeBytes(before).writeBytes(bytes);
      before.release();
      bytes.release();
    }
    listen(ctx);
  }

  private void listen(ChannelHandlerContext ctx) {
    try {
      byte[] message = nextMessage();
      while (message != null) {
        upgrade.read(message);
        speak(ctx);
        if (upgrade.isComplete()) {
          finish(ctx);
          return;
        }
        message = nextMessage();
      }
    } catch (ConnectionException e) {
      fail(ctx, e);
    }
  }

  private byte @Nullable [] nextMessage() {
    ByteBuf bytes = unread;
    if (bytes == null || bytes.readableBytes() < 2) {
      return null;
    }
    int length = bytes.getUnsignedShort(bytes.readerIndex());
    if (length > MAX_MESSAGE_BYTES) {
      throw new ConnectionException(
          "noise handshake failed: a message of " + length + " bytes exceeds " + MAX_MESSAGE_BYTES);
    }
    if (bytes.readableBytes() < 2 + length) {
      return null;
    }
    byte[] message = new byte[length];
    bytes.skipBytes(2).readBytes(message);
    return message;
  }

  private void speak(ChannelHandlerContext ctx) {
    byte[] message = upgrade.next();
    if (message != null) {
      byte[] length = {(byte) (message.length >>> 8), (byte) message.length};
      ctx.writeAndFlush(Unpooled.wrappedBuffer(length, message))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  private void finish(ChannelHandlerContext ctx) {
    Secured secured = upgrade.secured();
    done = true;
    ByteBuf early = unread;
    unread = null;
    NoiseHandler next =
        new NoiseHandler(
            Aead.fastest(upgrade.sendKey()), Aead.fastest(upgrade.receiveKey()), early);
    ctx.pipeline().replace(this, null, next);
    sink.success(secured);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!done) {
      ctx.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!done) {
      done = true;
      sink.error(closed());
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, new ConnectionException("noise handshake failed: " + cause.getMessage(), cause));
  }

  private void fail(ChannelHandlerContext ctx, ConnectionException failure) {
    boolean first = !done;
    done = true;
    ctx.close();
    if (first) {
      sink.error(failure);
    }
  }

  private static ConnectionException closed() {
    return new ConnectionException("connection closed during the noise handshake");
  }
}
