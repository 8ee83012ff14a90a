package io.echonet.dds.transport;

/**
 * What the opener of a stream asks for.
 *
 * @param receiveWindowBytes how much the peer may send before the reader consumes; granted when the
 *     stream is opened, so that a reply of that size needs no further round trip. At least 262,144
 *     (Yamux's initial window), at most 16 MiB. What is above 262,144 is granted as far as the host
 *     has memory for it.
 */
public record StreamOptions(int receiveWindowBytes) {
  /** The window every Yamux stream starts with, in bytes. */
  public static final int INITIAL_WINDOW_BYTES = 262_144;

  /** The largest window that may be asked for, in bytes. */
  public static final int MAX_WINDOW_BYTES = 16 * 1024 * 1024;

  private static final StreamOptions DEFAULTS = new StreamOptions(INITIAL_WINDOW_BYTES);

  public StreamOptions {
    if (receiveWindowBytes < INITIAL_WINDOW_BYTES || receiveWindowBytes > MAX_WINDOW_BYTES) {
      throw new IllegalArgumentException(
          "receive window of "
              + receiveWindowBytes
              + " bytes is outside "
              + INITIAL_WINDOW_BYTES
              + " to "
              + MAX_WINDOW_BYTES);
    }
  }

  public static StreamOptions defaults() {
    return DEFAULTS;
  }

  public StreamOptions withReceiveWindow(int bytes) {
    return new StreamOptions(bytes);
  }
}
