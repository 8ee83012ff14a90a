package io.echonet.dds.transport.testing;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One direction of a {@link ShapedLink}'s connection: takes bytes in, and lets them out in time.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the channel.
final class LinkPipe extends ChannelInboundHandlerAdapter {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Narrow links let out a little at a time: what passes in so many parts of a second. */
  private static final int PARTS_OF_A_SECOND = 200;

  private static final int MIN_PIECE_BYTES = 1_460;
  private static final int MAX_PIECE_BYTES = 65_536;

  /** What waits at the entrance of a full link, as in a router's queue. */
  private static final int QUEUE_BYTES = 256 * 1024;

  /** How often a stalled link looks whether it may go on. */
  private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private record Piece(ByteBuf bytes, long due) {}

  private final ShapedLink link;
  private final Channel out;
  private final AtomicLong passed;
  private final ArrayDeque<Piece> underWay = new ArrayDeque<>();
  private long bytesUnderWay;
  private long lastDeparture;
  private boolean scheduled;
  private boolean ended;

  LinkPipe(ShapedLink link, Channel out, AtomicLong passed) {
    this.link = link;
    this.out = out;
    this.passed = passed;
  }

  /** Joins two channels of one event loop, whose automatic reading is off. */
  static void join(
      ShapedLink link, Channel one, AtomicLong toOne, Channel other, AtomicLong toOther) {
    LinkPipe there = new LinkPipe(link, other, toOther);
    LinkPipe back = new LinkPipe(link, one, toOne);
    one.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    other.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    one.pipeline().addLast(there);
    other.pipeline().addLast(back);
    one.closeFuture().addListener(closed -> other.close());
    other.closeFuture().addListener(closed -> one.close());
    one.read();
    other.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    LinkShape shape = link.shape();
    long now = System.nanoTime();
    int piece =
        shape.bytesPerSecond() == 0
            ? Integer.MAX_VALUE
            : (int)
                Math.max(
                    MIN_PIECE_BYTES,
                    Math.min(MAX_PIECE_BYTES, shape.bytesPerSecond() / PARTS_OF_A_SECOND));
    while (bytes.isReadable()) {
      int length = Math.min(piece, bytes.readableBytes());
      if (shape.bytesPerSecond() > 0) {
        lastDeparture = Math.max(now, lastDeparture) + length * SECOND / shape.bytesPerSecond();
      } else {
        lastDeparture = now;
      }
      underWay.add(
          new Piece(bytes.readRetainedSlice(length), lastDeparture + shape.delay().toNanos()));
      bytesUnderWay += length;
    }
    bytes.release();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    deliver(ctx);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownReadComplete.INSTANCE) {
      ended = true;
      deliver(ctx);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    for (Piece piece = underWay.poll(); piece != null; piece = underWay.poll()) {
      piece.bytes().release();
    }
  }

  private void deliver(ChannelHandlerContext ctx) {
    long now = System.nanoTime();
    boolean wrote = false;
    for (Piece piece = underWay.peek();
        piece != null && piece.due() <= now && out.isWritable() && !link.isStalled();
        piece = underWay.peek()) {
      underWay.remove();
      int length = piece.bytes().readableBytes();
      bytesUnderWay -= length;
      passed.addAndGet(length);
      out.write(piece.bytes());
      wrote = true;
    }
    if (wrote) {
      out.flush();
    }
    if (!ended && bytesUnderWay <= link.shape().bytesUnderWay() + QUEUE_BYTES) {
      ctx.read();
    }
    scheduleNext(ctx, now);
  }

  private void scheduleNext(ChannelHandlerContext ctx, long now) {
    Piece next = underWay.peek();
    if (next == null) {
      if (ended && out instanceof DuplexChannel duplex) {
        duplex.shutdownOutput();
      }
    } else if (!scheduled) {
      scheduled = true;
      boolean held = link.isStalled() || !out.isWritable();
      long wait = held ? Math.max(STALL_NANOS, next.due() - now) : Math.max(1, next.due() - now);
      ctx.executor()
          .schedule(
              () -> {
                scheduled = false;
                deliver(ctx);
              },
              wait,
              TimeUnit.NANOSECONDS);
    }
  }
}
