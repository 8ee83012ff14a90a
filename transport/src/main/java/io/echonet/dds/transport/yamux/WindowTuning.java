package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.limits.Bounds;

/**
 * How far receive windows may grow by themselves.
 *
 * @param maxStreamBytes what the window of one stream may grow to, 262,144 to 16,777,216; a stream
 *     opened with a larger one keeps it
 * @param maxGrowthBytes what the windows of one connection may have grown by, all together. A peer
 *     whose readers stop costs at most this above the windows that its streams began with
 */
public record WindowTuning(int maxStreamBytes, int maxGrowthBytes) {
  private static final WindowTuning DEFAULTS =
      new WindowTuning(StreamOptions.MAX_WINDOW_BYTES, 2 * StreamOptions.MAX_WINDOW_BYTES);

  public WindowTuning {
    Bounds.requireRange(
        "bytes of a window",
        maxStreamBytes,
        StreamOptions.INITIAL_WINDOW_BYTES,
        StreamOptions.MAX_WINDOW_BYTES);
    Bounds.requireAtLeast("bytes of growth", maxGrowthBytes, 0);
  }

  public static WindowTuning defaults() {
    return DEFAULTS;
  }

  /** Windows stay as they were opened. */
  public static WindowTuning none() {
    return new WindowTuning(StreamOptions.INITIAL_WINDOW_BYTES, 0);
  }
}
