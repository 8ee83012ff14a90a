package io.echonet.dds.transport.testing;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol;
import io.echonet.dds.transport.spi.SecurityProtocol.Secured;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Two ends of a connection being secured, whose bytes move only when a test says so. */
public final class Ends implements AutoCloseable {
  public static final Identity DIALLER = Identity.generate(new Random(1));
  public static final Identity LISTENER = Identity.generate(new Random(2));

  public final EmbeddedChannel dialling = new EmbeddedChannel();
  public final EmbeddedChannel listening = new EmbeddedChannel();
  public final Reader diallersReader = new Reader();
  public final Reader listenersReader = new Reader();
  public @Nullable Secured diallerSaw;
  public @Nullable Secured listenerSaw;
  public @Nullable Throwable diallerFailed;
  public @Nullable Throwable listenerFailed;
  private final SecurityProtocol diallers;
  private final SecurityProtocol listeners;

  /** Ends that prove to be {@link #DIALLER} and {@link #LISTENER}, if the protocols are theirs. */
  public Ends(SecurityProtocol diallers, SecurityProtocol listeners) {
    this.diallers = diallers;
    this.listeners = listeners;
  }

  /** What comes out behind the security. */
  public static final class Reader extends ChannelInboundHandlerAdapter {
    public final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    public final List<Throwable> errors = new ArrayList<>();
    public int buffers;
    public int completions;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf buffer = (ByteBuf) message;
      bytes.writeBytes(ByteBufUtil.getBytes(buffer));
      buffers++;
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

    public String text() {
      return bytes.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** Begins the handshake on both ends, without early muxers; nothing has moved yet. */
  public Ends start(@Nullable PeerId expected) {
    return start(expected, List.of(), List.of());
  }

  /** Begins the handshake on both ends; nothing has moved yet. */
  public Ends start(
      @Nullable PeerId expected, List<String> diallersMuxers, List<String> listenersMuxers) {
    diallers
        .secure(dialling, Role.INITIATOR, expected, diallersMuxers)
        .subscribe(secured -> diallerSaw = secured, error -> diallerFailed = error);
    dialling.runPendingTasks();
    listeners
        .secure(listening, Role.RESPONDER, null, listenersMuxers)
        .subscribe(secured -> listenerSaw = secured, error -> listenerFailed = error);
    listening.runPendingTasks();
    return this;
  }

  /** Two ends that trust each other and read. */
  public Ends secured() {
    start(null).move();
    Objects.requireNonNull(diallerSaw);
    Objects.requireNonNull(listenerSaw);
    read();
    return this;
  }

  /** Puts readers behind, which begin to read. */
  public void read() {
    dialling.pipeline().addLast(diallersReader);
    dialling.config().setAutoRead(true);
    listening.pipeline().addLast(listenersReader);
    listening.config().setAutoRead(true);
  }

  /** Moves bytes both ways until none are left. */
  public Ends move() {
    boolean moved = true;
    while (moved) {
      moved = move(dialling, listening, Integer.MAX_VALUE);
      moved |= move(listening, dialling, Integer.MAX_VALUE);
    }
    return this;
  }

  /** Moves what {@code from} has sent, in pieces of {@code size} bytes. */
  public static boolean move(EmbeddedChannel from, EmbeddedChannel to, int size) {
    byte[] bytes = sent(from);
    for (int i = 0; i < bytes.length; i += size) {
      arrive(to, bytes, i, Math.min(size, bytes.length - i));
    }
    return bytes.length > 0;
  }

  public static void arrive(EmbeddedChannel to, byte[] bytes, int offset, int length) {
    if (to.isOpen()) {
      to.writeInbound(to.alloc().directBuffer(length).writeBytes(bytes, offset, length));
    }
  }

  public static void arrive(EmbeddedChannel to, byte... bytes) {
    arrive(to, bytes, 0, bytes.length);
  }

  /** Takes what {@code from} has sent. */
  public static byte[] sent(EmbeddedChannel from) {
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
