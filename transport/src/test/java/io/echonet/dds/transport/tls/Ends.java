package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol.Secured;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Two ends of a connection whose bytes move only when a test says so. */
final class Ends implements AutoCloseable {
  static final Identity DIALLER = Identity.generate(new Random(1));
  static final Identity LISTENER = Identity.generate(new Random(2));

  final TlsProtocol diallersTls;
  final TlsProtocol listenersTls;
  final EmbeddedChannel dialling = new EmbeddedChannel();
  final EmbeddedChannel listening = new EmbeddedChannel();
  final Reader diallersReader = new Reader();
  final Reader listenersReader = new Reader();
  @Nullable Secured diallerSaw;
  @Nullable Secured listenerSaw;
  @Nullable Throwable diallerFailed;
  @Nullable Throwable listenerFailed;

  Ends(TlsProtocol diallersTls, TlsProtocol listenersTls) {
    this.diallersTls = diallersTls;
    this.listenersTls = listenersTls;
  }

  static Ends of(
      SslProvider dialler,
      SslProvider listener,
      List<String> diallersMuxers,
      List<String> listenersMuxers) {
    return new Ends(
        new TlsProtocol(DIALLER, Clock.systemUTC(), diallersMuxers, dialler),
        new TlsProtocol(LISTENER, Clock.systemUTC(), listenersMuxers, listener));
  }

  /** What comes out behind the security. */
  static final class Reader extends ChannelInboundHandlerAdapter {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<Throwable> errors = new ArrayList<>();
    int completions;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf buffer = (ByteBuf) message;
      bytes.writeBytes(ByteBufUtil.getBytes(buffer));
      buffer.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      completions++;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      errors.add(cause);
    }

    String text() {
      return bytes.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** Begins the handshake on both ends; nothing has moved yet. */
  Ends start(@Nullable PeerId expected) {
    diallersTls
        .secure(dialling, Role.INITIATOR, expected, diallersTls.muxers())
        .subscribe(secured -> diallerSaw = secured, error -> diallerFailed = error);
    dialling.runPendingTasks();
    listenersTls
        .secure(listening, Role.RESPONDER, null, listenersTls.muxers())
        .subscribe(secured -> listenerSaw = secured, error -> listenerFailed = error);
    listening.runPendingTasks();
    return this;
  }

  /** Puts readers behind, which begin to read. */
  void read() {
    dialling.pipeline().addLast(diallersReader);
    dialling.config().setAutoRead(true);
    listening.pipeline().addLast(listenersReader);
    listening.config().setAutoRead(true);
  }

  /** Moves bytes both ways until none are left. */
  Ends move() {
    boolean moved = true;
    while (moved) {
      moved = move(dialling, listening, Integer.MAX_VALUE);
      moved |= move(listening, dialling, Integer.MAX_VALUE);
    }
    return this;
  }

  /** Moves what {@code from} has sent, in pieces of {@code size} bytes. */
  static boolean move(EmbeddedChannel from, EmbeddedChannel to, int size) {
    byte[] bytes = sent(from);
    for (int i = 0; i < bytes.length; i += size) {
      arrive(to, bytes, i, Math.min(size, bytes.length - i));
    }
    return bytes.length > 0;
  }

  static void arrive(EmbeddedChannel to, byte[] bytes, int offset, int length) {
    if (to.isOpen()) {
      to.writeInbound(to.alloc().directBuffer(length).writeBytes(bytes, offset, length));
    }
  }

  static void arrive(EmbeddedChannel to, byte... bytes) {
    arrive(to, bytes, 0, bytes.length);
  }

  /** Takes what {@code from} has sent. */
  static byte[] sent(EmbeddedChannel from) {
    from.runPendingTasks();
    CompositeByteBuf all = from.alloc().compositeBuffer(1024);
    for (ByteBuf next = from.readOutbound(); next != null; next = from.readOutbound()) {
      all.addComponent(true, next);
    }
    byte[] bytes = ByteBufUtil.getBytes(all);
    all.release();
    return bytes;
  }

  @Override
  public void close() {
    dialling.finishAndReleaseAll();
    listening.finishAndReleaseAll();
  }
}
