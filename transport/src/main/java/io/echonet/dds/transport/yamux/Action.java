package io.echonet.dds.transport.yamux;

/** What a frame asks of the end that has effects. */
sealed interface Action {
  Action NOTHING = new Nothing();

  /** Nothing, beyond what the session has noted. */
  record Nothing() implements Action {}

  /**
   * The frame concerns a live stream, whose send window may have grown. Its payload, if it has one,
   * is the stream's.
   *
   * @param opened whether the peer has opened the stream with this frame
   * @param finished whether the peer sends nothing after this frame's payload
   */
  record Proceed(SessionStream stream, boolean opened, boolean finished) implements Action {}

  /** The peer has reset the stream, which the session has forgotten. */
  record Abandon(SessionStream stream) implements Action {}

  /** The peer has opened a stream too many, to be answered with a reset. */
  record Refuse(int streamId) implements Action {}

  /** The frame is to be answered with this one. */
  record Answer(YamuxFrame frame) implements Action {}

  /** The peer accepts no more streams, and ends the session when the open ones are done. */
  record PeerLeaves() implements Action {}

  /** The peer has ended the session. */
  record PeerLeft(int code) implements Action {}
}
