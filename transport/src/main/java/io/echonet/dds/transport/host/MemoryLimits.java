package io.echonet.dds.transport.host;

import io.echonet.dds.transport.limits.Bounds;

/**
 * How much peers may make a host buffer beyond the 262,144 bytes that each stream always may: what
 * receive windows have grown by, or were opened with. Where it is used up, windows stay as they
 * are, and nothing fails.
 *
 * @param inAllBytes of all connections together
 * @param perPeerBytes of those, one peer's, on all its connections
 */
public record MemoryLimits(long inAllBytes, long perPeerBytes) {
  private static final MemoryLimits DEFAULTS = new MemoryLimits(256L << 20, 64L << 20);

  public MemoryLimits {
    Bounds.requireAtLeast("bytes of windows", inAllBytes, 0);
    Bounds.requireAtLeast("bytes of windows of a peer", perPeerBytes, 0);
  }

  public static MemoryLimits defaults() {
    return DEFAULTS;
  }

  public MemoryLimits withInAll(long bytes) {
    return new MemoryLimits(bytes, perPeerBytes);
  }

  public MemoryLimits withPerPeer(long bytes) {
    return new MemoryLimits(inAllBytes, bytes);
  }
}
