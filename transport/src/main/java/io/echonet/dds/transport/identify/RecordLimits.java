package io.echonet.dds.transport.identify;

import io.echonet.dds.transport.limits.Bounds;
import io.echonet.dds.transport.limits.TokenBucket;

/**
 * How often signed records of peers are verified, which takes up to a millisecond of the event loop
 * each. What goes beyond is not looked at: the addresses beside such a record count as unsigned.
 *
 * @param perSecond of one peer in the long run
 * @param burst of one peer at once, after a quiet time
 * @param perSecondInAll of all peers in the long run
 * @param burstInAll of all peers at once, after a quiet time
 */
public record RecordLimits(int perSecond, int burst, int perSecondInAll, int burstInAll) {
  private static final RecordLimits DEFAULTS = new RecordLimits(1, 8, 256, 1_024);

  public RecordLimits {
    Bounds.requirePositive("records of a peer a second", perSecond);
    Bounds.requirePositive("records of a peer at once", burst);
    Bounds.requirePositive("records a second", perSecondInAll);
    Bounds.requirePositive("records at once", burstInAll);
  }

  public static RecordLimits defaults() {
    return DEFAULTS;
  }

  public RecordLimits withPerPeer(int aSecond, int atOnce) {
    return new RecordLimits(aSecond, atOnce, perSecondInAll, burstInAll);
  }

  public RecordLimits withInAll(int aSecond, int atOnce) {
    return new RecordLimits(perSecond, burst, aSecond, atOnce);
  }

  TokenBucket ofPeer(long now) {
    return new TokenBucket(perSecond, burst, now);
  }

  TokenBucket inAll(long now) {
    return new TokenBucket(perSecondInAll, burstInAll, now);
  }
}
