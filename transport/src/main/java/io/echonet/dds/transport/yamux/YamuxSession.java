package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.limits.TokenBucket;
import io.echonet.dds.transport.spi.MemoryScope;
import io.echonet.dds.transport.spi.Role;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one Yamux session: what a frame means, and whether it is allowed. It has no effects.
 */
final class YamuxSession {
  /*
   * A frame for a stream that is not in the map is usually no error: this end has reset the stream, or has closed it
   * and forgotten it, while the frame was in flight. What is still in flight is bounded by the windows of the streams
   * that were forgotten, and `lateBytes` is the sum of those: a peer that sends more than that to streams that are not
   * there breaks the protocol.
   */
  private static final long LAST_ID = 0xFFFF_FFFFL;

  /**
   * What a peer that sends as it should may still have had under way when a stream was forgotten.
   */
  private static final int LATE_FRAMES = 3;

  private static final String IDLE_FRAMES = "window updates and idle frames";

  private final YamuxConfig config;
  private final boolean initiator;
  private final IntObjectHashMap<SessionStream> streams = new IntObjectHashMap<>();
  private final TokenBucket pings;
  private final TokenBucket resets;
  private final TokenBucket idleFrames;
  private final KeepAlive keepAlive;
  private final WindowTuner tuner;
  private long nextId;
  private int outbound;
  private int inbound;
  private int unacknowledgedOutbound;
  private int unacknowledgedInbound;
  private long lateBytes;
  private boolean peerLeaves;

  YamuxSession(Role role, YamuxConfig config, MemoryScope memory, long now) {
    this(role, config, memory, now, role.isInitiator() ? 1 : 2);
  }

  /** For a session that is already old. */
  YamuxSession(Role role, YamuxConfig config, MemoryScope memory, long now, long nextId) {
    this.config = config;
    this.initiator = role.isInitiator();
    this.nextId = nextId;
    this.pings = config.floods().pings().bucket(now);
    this.resets = config.floods().resets().bucket(now);
    this.idleFrames = config.floods().idleFrames().bucket(now);
    this.tuner = new WindowTuner(config.tuning(), memory);
    this.keepAlive = new KeepAlive(config.keepAliveInterval(), config.keepAliveTimeout(), now);
  }

  /**
   * Takes note of a frame.
   *
   * @throws YamuxException where the frame breaks the protocol, or the peer floods; the session is
   *     over then
   */
  Action onFrame(YamuxFrame frame, long now) {
    if (frame instanceof YamuxFrame.Data data) {
      return onStreamFrame(data.flags(), data.streamId(), data.length(), 0, now);
    }
    if (frame instanceof YamuxFrame.WindowUpdate update) {
      long delta = (update.flags() & YamuxFrame.RST) == 0 ? update.delta() : 0;
      return onStreamFrame(update.flags(), update.streamId(), 0, delta, now);
    }
    if (frame instanceof YamuxFrame.Ping ping) {
      return onPing(ping, now);
    }
    int code = ((YamuxFrame.GoAway) frame).code();
    if (code != GoAwayCode.NORMAL.code()) {
      return new Action.PeerLeft(code);
    }
    peerLeaves = true;
    return new Action.PeerLeaves();
  }

  private Action onStreamFrame(int flags, int id, long length, long delta, long now) {
    boolean reset = (flags & YamuxFrame.RST) != 0;
    SessionStream stream = streams.get(id);
    boolean opened = (flags & YamuxFrame.SYN) != 0;
    if (opened) {
      if (isOurs(id) || stream != null) {
        throw YamuxException.protocol(
            "stream "
                + Integer.toUnsignedString(id)
                + (stream != null ? " was opened twice" : " is not the peer's to open"));
      }
      if (reset || inbound >= config.maxInboundStreams() || isAcceptBacklogFull()) {
        spend(resets, "resets", now);
        lateBytes += StreamOptions.INITIAL_WINDOW_BYTES;
        spendLate(id, length);
        return reset ? Action.NOTHING : new Action.Refuse(id);
      }
      stream = accept(id, now);
    }
    if (stream == null) {
      return onUnknownStream(id, length, now);
    }
    if (reset) {
      spend(resets, "resets", now);
      takeFromWindow(stream, length);
      stream.become(StreamState.RESET);
      remove(stream);
      return new Action.Abandon(stream);
    }
    boolean acknowledged =
        (flags & YamuxFrame.ACK) != 0 && stream.isOurs() && !stream.isAcknowledged();
    if (acknowledged) {
      stream.acknowledge();
      unacknowledgedOutbound--;
    }
    takeFromWindow(stream, length);
    if (!stream.sendWindow().grow(delta)) {
      throw YamuxException.protocol(
          "window update of " + delta + " bytes exceeds 2^32 - 1 (" + stream + ")");
    }
    boolean finished = (flags & YamuxFrame.FIN) != 0 && stream.state().canReceive();
    if (finished) {
      stream.become(stream.state().finishedThere());
    }
    if (length == 0 && !opened && !acknowledged && !finished) {
      spend(idleFrames, IDLE_FRAMES, now);
    }
    return new Action.Proceed(stream, opened, finished);
  }

  private SessionStream accept(int id, long now) {
    SessionStream stream =
        new SessionStream(
            id,
            false,
            tuner.open(config.inboundWindowBytes(), now),
            new SendWindow(StreamOptions.INITIAL_WINDOW_BYTES));
    streams.put(id, stream);
    inbound++;
    unacknowledgedInbound++;
    return stream;
  }

  private void takeFromWindow(SessionStream stream, long length) {
    if (length > 0 && !stream.state().canReceive()) {
      throw YamuxException.protocol(
          "Data frame of " + length + " bytes after FIN (" + stream + ")");
    }
    int available = stream.receiveWindow().available();
    if (!stream.receiveWindow().take(length)) {
      throw YamuxException.protocol(
          "Data frame of "
              + length
              + " bytes exceeds the receive window's "
              + available
              + " ("
              + stream
              + ")");
    }
  }

  private Action onUnknownStream(int id, long length, long now) {
    if (isOurs(id) && Integer.toUnsignedLong(id) >= nextId) {
      throw YamuxException.protocol(
          "frame for stream " + Integer.toUnsignedString(id) + ", which was never opened");
    }
    if (length == 0) {
      spend(idleFrames, IDLE_FRAMES, now);
    }
    spendLate(id, length);
    return Action.NOTHING;
  }

  private void spendLate(int id, long length) {
    if (length > lateBytes) {
      throw YamuxException.protocol(
          "Data frame of "
              + length
              + " bytes for stream "
              + Integer.toUnsignedString(id)
              + ", which is not open, exceeds the "
              + lateBytes
              + " that may still be in flight");
    }
    lateBytes -= length;
  }

  private Action onPing(YamuxFrame.Ping ping, long now) {
    if ((ping.flags() & YamuxFrame.SYN) != 0) {
      spend(pings, "pings", now);
      return new Action.Answer(new YamuxFrame.Ping(YamuxFrame.ACK, ping.value()));
    }
    if (!keepAlive.onAnswer(ping.value(), now)) {
      spend(pings, "pings", now);
    }
    return Action.NOTHING;
  }

  private static void spend(TokenBucket limit, String what, long now) {
    if (!limit.take(now)) {
      throw YamuxException.protocol("the peer floods: more " + what + " than " + limit);
    }
  }

  /**
   * Throws where no stream can be opened, now or later.
   *
   * @param waiting opens that wait already
   */
  void requireOpenable(int waiting) {
    if (peerLeaves) {
      throw new ConnectionException("the peer accepts no more streams on this connection");
    }
    if (nextId > LAST_ID) {
      throw new ConnectionException("the connection has no stream ids left");
    }
    if (outbound + waiting >= config.maxOutboundStreams()) {
      throw new LimitExceededException(
          "opening a stream beyond the limit of " + config.maxOutboundStreams() + " outbound");
    }
    if (waiting > 0 && waiting >= config.maxWaitingOpens()) {
      throw new LimitExceededException(
          "opening a stream while " + waiting + " wait for the peer to acknowledge others");
    }
  }

  /** Whether as many opened streams as may be are not acknowledged yet. */
  boolean isOpenBacklogFull() {
    return unacknowledgedOutbound >= config.ackBacklog();
  }

  /** Whether as many accepted streams as may be are not acknowledged yet. */
  boolean isAcceptBacklogFull() {
    return unacknowledgedInbound >= config.ackBacklog();
  }

  /** Opens a stream. {@link #requireOpenable} has been asked. */
  SessionStream open(int receiveWindowBytes, long now) {
    SessionStream stream =
        new SessionStream(
            (int) nextId,
            true,
            tuner.open(receiveWindowBytes, now),
            new SendWindow(StreamOptions.INITIAL_WINDOW_BYTES));
    streams.put(stream.id(), stream);
    nextId += 2;
    outbound++;
    unacknowledgedOutbound++;
    return stream;
  }

  /** Makes the stream's receive window fit what passes through it. Called before it is told. */
  void tune(SessionStream stream, long now) {
    if (stream.state().canReceive()
        && tuner.tune(stream.receiveWindow(), now, keepAlive.roundTripNanos())) {
      keepAlive.want();
    }
  }

  /** The window update that tells what {@code stream} owes its peer, which counts as told. */
  YamuxFrame.WindowUpdate windowUpdate(SessionStream stream) {
    int delta = stream.state().canReceive() ? stream.receiveWindow().grant() : 0;
    return new YamuxFrame.WindowUpdate(takeOwedFlags(stream), stream.id(), delta);
  }

  /** The header of a Data frame, which counts as sent. */
  YamuxFrame.Data data(SessionStream stream, int length) {
    stream.sendWindow().spend(length);
    idleFrames.add(1);
    return new YamuxFrame.Data(takeOwedFlags(stream), stream.id(), length);
  }

  /** The frame that half-closes the stream, which counts as sent. */
  YamuxFrame.Data finish(SessionStream stream) {
    stream.become(stream.state().finishedHere());
    return new YamuxFrame.Data(takeOwedFlags(stream) | YamuxFrame.FIN, stream.id(), 0);
  }

  private int takeOwedFlags(SessionStream stream) {
    int flags = stream.takeOwedFlags();
    if ((flags & YamuxFrame.ACK) != 0) {
      stream.acknowledge();
      unacknowledgedInbound--;
    }
    return flags;
  }

  /**
   * Forgets a stream that this end resets.
   *
   * @return the frame that tells the peer; null where it has not heard of the stream, or has
   *     nothing more to do with it
   */
  YamuxFrame.@Nullable WindowUpdate reset(SessionStream stream) {
    boolean tell = !stream.isUnannounced() && !stream.state().isOver();
    if (tell && stream.state().canReceive()) {
      lateBytes += stream.receiveWindow().available();
    }
    stream.become(StreamState.RESET);
    remove(stream);
    return tell ? new YamuxFrame.WindowUpdate(YamuxFrame.RST, stream.id(), 0) : null;
  }

  /** Forgets a stream that has ended. Does nothing where it is forgotten already. */
  void remove(SessionStream stream) {
    if (streams.get(stream.id()) != stream) {
      return;
    }
    streams.remove(stream.id());
    idleFrames.add(LATE_FRAMES);
    if (stream.isOurs()) {
      outbound--;
      unacknowledgedOutbound -= stream.isAcknowledged() ? 0 : 1;
    } else {
      inbound--;
      unacknowledgedInbound -= stream.isAcknowledged() ? 0 : 1;
    }
  }

  /** Nothing of {@code stream}, which was removed, waits for its reader any more. */
  void release(SessionStream stream) {
    tuner.release(stream.receiveWindow());
  }

  KeepAlive keepAlive() {
    return keepAlive;
  }

  boolean peerLeaves() {
    return peerLeaves;
  }

  int openStreams() {
    return streams.size();
  }

  /** The streams open now, in no particular order. */
  List<SessionStream> streams() {
    return new ArrayList<>(streams.values());
  }

  private boolean isOurs(int id) {
    return ((id & 1) == 1) == initiator;
  }
}
