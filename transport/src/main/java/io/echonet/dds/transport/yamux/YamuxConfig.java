package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.limits.Bounds;
import java.time.Duration;

/**
 * The limits of one Yamux connection.
 *
 * @param maxInboundStreams streams the peer may have open; more are refused with a reset
 * @param maxOutboundStreams streams this end may have open or waiting to be opened
 * @param ackBacklog streams of one end that the other has not acknowledged yet; the specification
 *     asks for 256 at most
 * @param maxWaitingOpens opens that may wait for the backlog to shrink
 * @param maxQueuedSends sends of one stream that may wait for the one under way
 * @param inboundWindowBytes receive window of streams the peer opens, 262,144 to 16,777,216
 * @param framePayloadBytes the most that one Data frame carries, at most 1 MiB, which is all that
 *     some peers accept
 * @param turnBytes how much is written before the event loop gets to do something else
 * @param keepAliveInterval the time from one ping to the next
 * @param keepAliveTimeout how long nothing at all may arrive after a ping before the connection is
 *     closed
 * @param closeTimeout how long a closed stream waits for the peer's half-close, and a closed
 *     connection for its last bytes to be written
 * @param floods what a peer may do that costs it little
 * @param tuning how far receive windows may grow by themselves
 */
public record YamuxConfig(
    int maxInboundStreams,
    int maxOutboundStreams,
    int ackBacklog,
    int maxWaitingOpens,
    int maxQueuedSends,
    int inboundWindowBytes,
    int framePayloadBytes,
    int turnBytes,
    Duration keepAliveInterval,
    Duration keepAliveTimeout,
    Duration closeTimeout,
    FloodLimits floods,
    WindowTuning tuning) {

  private static final int MAX_FRAME_PAYLOAD_BYTES = 1024 * 1024;
  private static final int SPECIFIED_ACK_BACKLOG = 256;

  /** With its header exactly one Noise message: 65,519 bytes of plaintext. */
  private static final int FRAME_PAYLOAD_BYTES = 65_519 - YamuxFrame.HEADER_BYTES;

  private static final YamuxConfig DEFAULTS =
      new YamuxConfig(
          1024,
          1024,
          SPECIFIED_ACK_BACKLOG,
          1024,
          256,
          StreamOptions.INITIAL_WINDOW_BYTES,
          FRAME_PAYLOAD_BYTES,
          256 * 1024,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          FloodLimits.defaults(),
          WindowTuning.defaults());

  public YamuxConfig {
    Bounds.requireRange("maxInboundStreams", maxInboundStreams, 0, 1 << 20);
    Bounds.requireRange("maxOutboundStreams", maxOutboundStreams, 0, 1 << 20);
    Bounds.requireRange("ackBacklog", ackBacklog, 1, SPECIFIED_ACK_BACKLOG);
    Bounds.requireRange("maxWaitingOpens", maxWaitingOpens, 0, 1 << 20);
    Bounds.requireRange("maxQueuedSends", maxQueuedSends, 0, 1 << 20);
    Bounds.requireRange(
        "inboundWindowBytes",
        inboundWindowBytes,
        StreamOptions.INITIAL_WINDOW_BYTES,
        StreamOptions.MAX_WINDOW_BYTES);
    Bounds.requireRange("framePayloadBytes", framePayloadBytes, 1, MAX_FRAME_PAYLOAD_BYTES);
    Bounds.requireRange("turnBytes", turnBytes, 1, 1 << 30);
    Bounds.requirePositive("keepAliveInterval", keepAliveInterval);
    Bounds.requirePositive("keepAliveTimeout", keepAliveTimeout);
    Bounds.requirePositive("closeTimeout", closeTimeout);
  }

  public static YamuxConfig defaults() {
    return DEFAULTS;
  }

  public YamuxConfig withMaxStreams(int inbound, int outbound) {
    return new YamuxConfig(
        inbound,
        outbound,
        ackBacklog,
        maxWaitingOpens,
        maxQueuedSends,
        inboundWindowBytes,
        framePayloadBytes,
        turnBytes,
        keepAliveInterval,
        keepAliveTimeout,
        closeTimeout,
        floods,
        tuning);
  }

  public YamuxConfig withOpening(int ackBacklog, int maxWaitingOpens) {
    return new YamuxConfig(
        maxInboundStreams,
        maxOutboundStreams,
        ackBacklog,
        maxWaitingOpens,
        maxQueuedSends,
        inboundWindowBytes,
        framePayloadBytes,
        turnBytes,
        keepAliveInterval,
        keepAliveTimeout,
        closeTimeout,
        floods,
        tuning);
  }

  public YamuxConfig withMaxQueuedSends(int sends) {
    return new YamuxConfig(
        maxInboundStreams,
        maxOutboundStreams,
        ackBacklog,
        maxWaitingOpens,
        sends,
        inboundWindowBytes,
        framePayloadBytes,
        turnBytes,
        keepAliveInterval,
        keepAliveTimeout,
        closeTimeout,
        floods,
        tuning);
  }

  public YamuxConfig withInboundWindow(int bytes) {
    return new YamuxConfig(
        maxInboundStreams,
        maxOutboundStreams,
        ackBacklog,
        maxWaitingOpens,
        maxQueuedSends,
        bytes,
        framePayloadBytes,
        turnBytes,
        keepAliveInterval,
        keepAliveTimeout,
        closeTimeout,
        floods,
        tuning);
  }

  public YamuxConfig withFrames(int payloadBytes, int turnBytes) {
    return new YamuxConfig(
        maxInboundStreams,
        maxOutboundStreams,
        ackBacklog,
        maxWaitingOpens,
        maxQueuedSends,
        inboundWindowBytes,
        payloadBytes,
        turnBytes,
        keepAliveInterval,
        keepAliveTimeout,
        closeTimeout,
        floods,
        tuning);
  }

  public YamuxConfig withKeepAlive(Duration interval, Duration timeout) {
    return new YamuxConfig(
        maxInboundStreams,
        maxOutboundStreams,
        ackBacklog,
        maxWaitingOpens,
        maxQueuedSends,
        inboundWindowBytes,
        framePayloadBytes,
        turnBytes,
        interval,
        timeout,
        closeTimeout,
        floods,
        tuning);
  }

  public YamuxConfig withCloseTimeout(Duration timeout) {
    return new YamuxConfig(
        maxInboundStreams,
        maxOutboundStreams,
        ackBacklog,
        maxWaitingOpens,
        maxQueuedSends,
        inboundWindowBytes,
        framePayloadBytes,
        turnBytes,
        keepAliveInterval,
        keepAliveTimeout,
        timeout,
        floods,
        tuning);
  }

  public YamuxConfig withFloods(FloodLimits limits) {
    return new YamuxConfig(
        maxInboundStreams,
        maxOutboundStreams,
        ackBacklog,
        maxWaitingOpens,
        maxQueuedSends,
        inboundWindowBytes,
        framePayloadBytes,
        turnBytes,
        keepAliveInterval,
        keepAliveTimeout,
        closeTimeout,
        limits,
        tuning);
  }

  public YamuxConfig withTuning(WindowTuning limits) {
    return new YamuxConfig(
        maxInboundStreams,
        maxOutboundStreams,
        ackBacklog,
        maxWaitingOpens,
        maxQueuedSends,
        inboundWindowBytes,
        framePayloadBytes,
        turnBytes,
        keepAliveInterval,
        keepAliveTimeout,
        closeTimeout,
        floods,
        limits);
  }
}
