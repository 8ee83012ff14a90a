package io.echonet.dds.transport.yamux;

import io.netty.channel.Channel;
import java.util.ArrayDeque;

/**
 * Shares the channel among the streams that have something to write: a frame each, in turn, and one
 * flush for all.
 */
final class WriteTurns {
  /*
   * Nothing is written, nor taken from any publisher, while the channel is not writable, with two exceptions that are
   * counted: resets and answers to pings (see YamuxHandler). Window updates wait with their stream, so there is never
   * more than one a stream, and a peer that does not read gets no credit.
   *
   * The handlers below may gather what is written until the flush, and only then does the channel know whether it is
   * still writable; so a turn ends after `turnBytes`, and the next one goes through the event loop, which reads between.
   */

  /**
   * What a visit costs that writes nothing, so that a publisher of empty buffers cannot make a turn
   * endless.
   */
  private static final int VISIT_BYTES = 64;

  private final YamuxHandler handler;
  private final Channel channel;
  private final ArrayDeque<YamuxStream> writers = new ArrayDeque<>();
  private final ArrayDeque<YamuxStream> tellers = new ArrayDeque<>();
  private final Runnable turn = this::run;
  private boolean scheduled;
  private boolean inTurn;

  WriteTurns(YamuxHandler handler, Channel channel) {
    this.handler = handler;
    this.channel = channel;
  }

  /** The stream has, or may take, something to send. */
  void write(YamuxStream stream) {
    if (!stream.isQueuedToWrite()) {
      stream.queuedToWrite(true);
      writers.add(stream);
    }
    wake();
  }

  /** The stream owes its peer a window update. */
  void tell(YamuxStream stream) {
    if (!stream.isQueuedToTell()) {
      stream.queuedToTell(true);
      tellers.add(stream);
    }
    wake();
  }

  /** Sees to it that what was written is flushed, and what waits is written. */
  void wake() {
    if (!scheduled && !inTurn && !handler.isDead()) {
      scheduled = handler.execute(turn);
    }
  }

  private void run() {
    scheduled = false;
    take();
  }

  /** Takes a turn. */
  void take() {
    if (inTurn || handler.isDead()) {
      return;
    }
    inTurn = true;
    try {
      tell(false);
      visitWriters();
      tell(true);
    } finally {
      inTurn = false;
    }
    handler.flush();
    if ((!writers.isEmpty() || !tellers.isEmpty()) && channel.isWritable()) {
      wake();
    }
  }

  /** Tells the peer of every stream it has opened, which makes room for more. */
  void acknowledge() {
    tell(true);
    wake();
  }

  /**
   * Writes the window updates that are owed, as far as the channel is writable.
   *
   * @param all whether also acknowledgements that may ride on data about to be sent
   */
  private void tell(boolean all) {
    for (int left = tellers.size(); left > 0 && channel.isWritable(); left--) {
      YamuxStream stream = tellers.remove();
      SessionStream core = stream.core();
      if (!all && core.owesNoMoreThanAcknowledgement() && stream.sender().wantsVisit()) {
        tellers.add(stream);
        continue;
      }
      stream.queuedToTell(false);
      if (core.state() != StreamState.RESET && core.owesWindowUpdate()) {
        handler.writeWindowUpdate(core);
      }
    }
  }

  private void visitWriters() {
    int left = handler.config().turnBytes();
    while (left > 0 && !writers.isEmpty() && channel.isWritable()) {
      YamuxStream stream = writers.remove();
      stream.queuedToWrite(false);
      left -= Math.max(VISIT_BYTES, stream.sender().visit());
      if (stream.sender().isReady()) {
        write(stream);
      }
    }
  }
}
