package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.spi.MemoryScope;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the pipeline where a session's decisions take effect. Everything in it lives on the
 * event loop.
 */
final class YamuxHandler extends ChannelInboundHandlerAdapter implements FrameDecoder.Output {
  /*
   * The socket is read whatever the readers of the streams do. That is safe because whatever can arrive is bounded
   * without it: Data by the windows, which grow only as readers consume (ReceiveQueue bounds what a queued byte costs);
   * streams by their number; other frames leave nothing behind, and their rate is limited. And it is necessary: a
   * window update or a reset for one stream may be queued behind the data of another.
   *
   * What a peer that does not read its own socket makes this end keep is bounded too: the channel's buffers by its
   * water marks, since nothing is written to a channel that is not writable (WriteTurns), but for resets and answers to
   * pings, which are counted here.
   */
  private static final Logger LOG = LoggerFactory.getLogger(YamuxHandler.class);

  private final Channel channel;
  private final EventLoop loop;
  private final YamuxConfig config;
  private final Consumer<MuxedStream> accept;
  private final YamuxSession session;
  private final FrameDecoder decoder = new FrameDecoder(this);
  private final WriteTurns turns;
  private final Openings openings;

  private @Nullable FrameWriter writer;
  private @Nullable ScheduledFuture<?> keepAlive;
  private @Nullable ConnectionException death;
  private @Nullable YamuxStream receiving;
  private boolean finishes;
  private long now;

  /** For the thread that asks; written by the event loop alone. */
  private volatile int openStreams;

  YamuxHandler(
      Channel channel,
      Role role,
      YamuxConfig config,
      MemoryScope memory,
      Consumer<MuxedStream> accept) {
    this.channel = channel;
    this.loop = channel.eventLoop();
    this.config = config;
    this.accept = accept;
    this.now = loop.ticker().nanoTime();
    this.session = new YamuxSession(role, config, memory, now);
    this.turns = new WriteTurns(this, channel);
    this.openings = new Openings(this, session);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    writer = new FrameWriter(ctx, config.floods().maxUnsentControlFrames());
    checkKeepAlive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    now = now();
    session.keepAlive().onBytes(now);
    try {
      decoder.feed(bytes);
    } catch (YamuxException violation) {
      endForViolation(violation);
    }
    openings.serve();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    turns.take();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      turns.wake();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    onChannelGone();
  }

  void onChannelGone() {
    die(new ConnectionException("the connection was closed (" + this + ")"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: closing", this, cause);
    if (cause instanceof ConnectionException known) {
      endAtOnce(known);
    } else if (cause instanceof ClosedChannelException) {
      endAtOnce(new ConnectionException("the connection was closed (" + this + ")"));
    } else {
      endAtOnce(new ConnectionException("the connection failed (" + this + "): " + cause, cause));
    }
  }

  @Override
  public boolean onFrame(YamuxFrame frame) {
    Action action = session.onFrame(frame, now);
    if (action instanceof Action.Proceed proceed) {
      return proceed(proceed, frame instanceof YamuxFrame.Data);
    }
    if (action instanceof Action.Abandon abandon) {
      YamuxStream stream = abandon.stream().attached();
      if (stream != null) {
        stream.abandon(new StreamResetException("the peer has reset " + stream));
      }
    } else if (action instanceof Action.Refuse refuse) {
      answer(new YamuxFrame.WindowUpdate(YamuxFrame.RST, refuse.streamId(), 0));
    } else if (action instanceof Action.Answer answer) {
      answer(answer.frame());
    } else if (action instanceof Action.PeerLeaves) {
      openings.fail(new ConnectionException("the peer ends the session (" + this + ")"));
      closeIfLeft();
    } else if (action instanceof Action.PeerLeft left) {
      String reason = GoAwayCode.describe(left.code());
      endAtOnce(
          new ConnectionException("the peer has ended the session: " + reason + " (" + this + ")"));
    }
    return false;
  }

  private boolean proceed(Action.Proceed proceed, boolean payloadFollows) {
    YamuxStream stream = proceed.stream().attached();
    if (stream == null) {
      stream = accept(proceed.stream());
    }
    if (stream.sender().wantsVisit()) {
      turns.write(stream);
    }
    receiving = stream;
    finishes = proceed.finished();
    if (!payloadFollows) {
      onPayloadEnd();
    }
    return payloadFollows;
  }

  private YamuxStream accept(SessionStream core) {
    YamuxStream stream = new YamuxStream(this, core);
    openStreams = session.openStreams();
    turns.tell(stream);
    if (session.isAcceptBacklogFull()) {
      turns.acknowledge();
    }
    try {
      accept.accept(stream);
    } catch (RuntimeException e) {
      LOG.warn("{}: not accepted", stream, e);
      stream.resetBecause("it was not accepted", e);
    }
    return stream;
  }

  @Override
  public void onPayload(ByteBuf piece) {
    if (receiving != null) {
      receiving.receiver().onData(piece);
    } else {
      piece.release();
    }
  }

  @Override
  public void onPayloadEnd() {
    YamuxStream stream = receiving;
    receiving = null;
    if (stream != null && finishes) {
      stream.receiver().onFinish();
      stream.endIfOver();
    }
  }

  /** Writes the header of a Data frame; its payload follows. */
  void writeData(SessionStream stream, int length) {
    writer().write(session.data(stream, length));
  }

  void writePayload(ByteBuf payload) {
    writer().write(payload);
  }

  void writeFinish(SessionStream stream) {
    writer().write(session.finish(stream));
  }

  void writeWindowUpdate(SessionStream stream) {
    long time = now();
    session.tune(stream, time);
    if (stream.owesWindowUpdate()) {
      writer().write(session.windowUpdate(stream));
    }
    if (keepAlive != null && session.keepAlive().isPingDue(time)) {
      keepAlive.cancel(false);
      checkKeepAlive();
    }
  }

  void flush() {
    writer().flush();
  }

  private void answer(YamuxFrame frame) {
    if (death != null) {
      return;
    }
    if (writer().writeAnswer(frame)) {
      turns.wake();
    } else {
      int limit = config.floods().maxUnsentControlFrames();
      endAtOnce(
          new ConnectionException(
              "more than " + limit + " answers wait for a peer that does not read (" + this + ")"));
    }
  }

  /** Resets a stream at this end; its user is told by the caller. */
  void reset(YamuxStream stream) {
    YamuxFrame.WindowUpdate frame = session.reset(stream.core());
    if (frame != null) {
      answer(frame);
    }
  }

  /** A stream has ended in both directions, and nothing of it waits for its reader. */
  void forget(YamuxStream stream) {
    session.remove(stream.core());
    session.release(stream.core());
    openStreams = session.openStreams();
    openings.serve();
    closeIfLeft();
  }

  private void closeIfLeft() {
    if (session.peerLeaves() && session.openStreams() == 0) {
      endAfter(
          GoAwayCode.NORMAL,
          new ConnectionException("the peer has ended the session (" + this + ")"),
          List.of());
    }
  }

  /** Resets what is open, tells the peer, and closes the channel. Idempotent. */
  void close() {
    if (death != null) {
      return;
    }
    List<SessionStream> streams = session.streams();
    for (SessionStream stream : streams) {
      YamuxFrame.WindowUpdate frame = session.reset(stream);
      if (frame != null) {
        writer().write(frame);
      }
    }
    endAfter(
        GoAwayCode.NORMAL,
        new ConnectionException("the connection was closed here (" + this + ")"),
        streams);
  }

  private void endForViolation(YamuxException violation) {
    LOG.debug("{}: {}", this, violation.getMessage());
    if (channel.isWritable()) {
      endAfter(violation.code(), violation, session.streams());
    } else {
      endAtOnce(violation);
    }
  }

  /** Closes the channel once everything written, and a last word, has left. */
  private void endAfter(GoAwayCode lastWord, ConnectionException cause, List<SessionStream> open) {
    if (!seal(cause)) {
      return;
    }
    writer().writeLast(lastWord.frame()).addListener(written -> closeChannel());
    ScheduledFuture<?> patience =
        loop.schedule(this::closeChannel, config.closeTimeout().toNanos(), TimeUnit.NANOSECONDS);
    channel.closeFuture().addListener(closed -> patience.cancel(false));
    tellAll(cause, open);
  }

  private void endAtOnce(ConnectionException cause) {
    die(cause);
    closeChannel();
  }

  private void closeChannel() {
    var ignored = channel.close(); // However it ends, the channel has gone.
  }

  private void die(ConnectionException cause) {
    List<SessionStream> open = session.streams();
    if (seal(cause)) {
      tellAll(cause, open);
    }
  }

  /**
   * From here on nothing is read, and nobody's frames are written. False where that was so already.
   */
  private boolean seal(ConnectionException cause) {
    if (death != null) {
      return false;
    }
    death = cause;
    decoder.stop();
    if (keepAlive != null) {
      keepAlive.cancel(false);
    }
    return true;
  }

  private void tellAll(ConnectionException cause, List<SessionStream> open) {
    open.forEach(session::reset);
    openStreams = 0;
    openings.fail(cause);
    for (SessionStream stream : open) {
      YamuxStream attached = stream.attached();
      if (attached != null) {
        attached.abandonWithConnection(cause);
      } else {
        // The frame that opened it broke the protocol, so nobody has seen it, nor will end it.
        session.release(stream);
      }
    }
  }

  private void checkKeepAlive() {
    long time = now();
    switch (session.keepAlive().check(time)) {
      case PING -> {
        writer().write(new YamuxFrame.Ping(YamuxFrame.SYN, session.keepAlive().value()));
        turns.wake();
      }
      case DEAD ->
          endAtOnce(
              new ConnectionException(
                  "no answer to a ping within " + config.keepAliveTimeout() + " (" + this + ")"));
      case WAIT -> {}
    }
    if (death == null) {
      keepAlive =
          loop.schedule(
              this::checkKeepAlive,
              Math.max(1, session.keepAlive().untilNextCheck(time)),
              TimeUnit.NANOSECONDS);
    }
  }

  /** Has {@code task} run on the event loop later. False where the event loop is no more. */
  boolean execute(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private FrameWriter writer() {
    return Objects.requireNonNull(writer);
  }

  @Nullable ConnectionException death() {
    return death;
  }

  boolean isDead() {
    return death != null;
  }

  /** The event loop's time, in nanoseconds. */
  long now() {
    return loop.ticker().nanoTime();
  }

  EventLoop loop() {
    return loop;
  }

  ByteBufAllocator allocator() {
    return channel.alloc();
  }

  YamuxConfig config() {
    return config;
  }

  WriteTurns turns() {
    return turns;
  }

  Openings openings() {
    return openings;
  }

  int openStreams() {
    return openStreams;
  }

  /** A stream was opened. */
  void onOpened() {
    openStreams = session.openStreams();
  }

  @Override
  public String toString() {
    return "conn " + channel.id().asShortText();
  }
}
