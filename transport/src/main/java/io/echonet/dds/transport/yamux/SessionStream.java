package io.echonet.dds.transport.yamux;

import org.jspecify.annotations.Nullable;

/**
 * What a session knows of one stream: its state, its two windows, and what its next frame still has
 * to tell.
 */
final class SessionStream {
  private final int id;
  private final boolean ours;
  private final ReceiveWindow receiveWindow;
  private final SendWindow sendWindow;
  private StreamState state = StreamState.OPEN;
  private int owedFlags;
  private boolean acknowledged;
  private @Nullable YamuxStream attached;

  SessionStream(int id, boolean ours, ReceiveWindow receiving, SendWindow sending) {
    this.id = id;
    this.ours = ours;
    this.receiveWindow = receiving;
    this.sendWindow = sending;
    this.owedFlags = ours ? YamuxFrame.SYN : YamuxFrame.ACK;
  }

  int id() {
    return id;
  }

  /** Whether this end opened it. */
  boolean isOurs() {
    return ours;
  }

  StreamState state() {
    return state;
  }

  void become(StreamState next) {
    state = next;
  }

  ReceiveWindow receiveWindow() {
    return receiveWindow;
  }

  SendWindow sendWindow() {
    return sendWindow;
  }

  /** Whether the peer has not heard of it yet. */
  boolean isUnannounced() {
    return (owedFlags & YamuxFrame.SYN) != 0;
  }

  /** Whether the one end that did not open it has acknowledged it. */
  boolean isAcknowledged() {
    return acknowledged;
  }

  void acknowledge() {
    acknowledged = true;
  }

  /**
   * Whether a window update has something to tell: that the stream is opened or accepted, or more
   * credit.
   */
  boolean owesWindowUpdate() {
    return owedFlags != 0 || (state.canReceive() && receiveWindow.isGrantDue());
  }

  /** Whether any frame of the stream would do to tell the peer what it has to be told. */
  boolean owesNoMoreThanAcknowledgement() {
    return owedFlags == YamuxFrame.ACK && !receiveWindow.isGrantDue();
  }

  int takeOwedFlags() {
    int flags = owedFlags;
    owedFlags = 0;
    return flags;
  }

  /** The end of the stream that has effects, if it has one: tests of the session do without. */
  @Nullable YamuxStream attached() {
    return attached;
  }

  void attach(YamuxStream stream) {
    attached = stream;
  }

  @Override
  public String toString() {
    return "stream " + Integer.toUnsignedString(id);
  }
}
