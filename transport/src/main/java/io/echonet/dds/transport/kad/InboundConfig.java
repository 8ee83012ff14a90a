package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.limits.Bounds;
import java.time.Duration;

/**
 * What others may ask of a server.
 *
 * @param maxRequestBytes how large a request may be
 * @param maxResponseBytes how large our answers may be. Some deployed peers refuse more than 16 KiB
 * @param maxStreams how many streams may be served at a time. For one more, the peer that has most
 *     loses the one that has been idle longest
 * @param maxStreamsPerPeer how many of them may be one peer's
 * @param requestsPerSecond how many requests of one peer are served in the long run; it is slowed
 *     down, not refused
 * @param burst how many requests of one peer are served at once
 * @param idle how long a stream may say nothing, or leave an answer unread
 */
public record InboundConfig(
    int maxRequestBytes,
    int maxResponseBytes,
    int maxStreams,
    int maxStreamsPerPeer,
    int requestsPerSecond,
    int burst,
    Duration idle) {
  static final InboundConfig DEFAULTS =
      new InboundConfig(64 * 1024, 16 * 1024, 256, 32, 1000, 16_384, Duration.ofMinutes(1));

  public InboundConfig {
    Bounds.requireAtLeast("bytes of a request", maxRequestBytes, 1024);
    Bounds.requireAtLeast("bytes of a response", maxResponseBytes, 1024);
    Bounds.requirePositive("streams", maxStreams);
    Bounds.requirePositive("streams of a peer", maxStreamsPerPeer);
    Bounds.requirePositive("requests a second", requestsPerSecond);
    Bounds.requirePositive("requests at once", burst);
    Bounds.requirePositive("idle time", idle);
  }

  public InboundConfig withStreams(int all, int perPeer) {
    return new InboundConfig(
        maxRequestBytes, maxResponseBytes, all, perPeer, requestsPerSecond, burst, idle);
  }

  public InboundConfig withRate(int perSecond, int atOnce) {
    return new InboundConfig(
        maxRequestBytes, maxResponseBytes, maxStreams, maxStreamsPerPeer, perSecond, atOnce, idle);
  }

  public InboundConfig withIdle(Duration time) {
    return new InboundConfig(
        maxRequestBytes,
        maxResponseBytes,
        maxStreams,
        maxStreamsPerPeer,
        requestsPerSecond,
        burst,
        time);
  }
}
