package io.echonet.dds.transport.yamux;

/** Which of a stream's two directions are still open. */
enum StreamState {
  OPEN(true, true),
  /** This end has half-closed: it sends no more, and still receives. */
  FINISHED_HERE(false, true),
  /** The peer has half-closed: it sends no more, and still receives. */
  FINISHED_THERE(true, false),
  CLOSED(false, false),
  RESET(false, false);

  private final boolean canSend;
  private final boolean canReceive;

  StreamState(boolean canSend, boolean canReceive) {
    this.canSend = canSend;
    this.canReceive = canReceive;
  }

  boolean canSend() {
    return canSend;
  }

  boolean canReceive() {
    return canReceive;
  }

  boolean isOver() {
    return !canSend && !canReceive;
  }

  StreamState finishedHere() {
    return canSend ? (canReceive ? FINISHED_HERE : CLOSED) : this;
  }

  StreamState finishedThere() {
    return canReceive ? (canSend ? FINISHED_THERE : CLOSED) : this;
  }
}
