package io.echonet.dds.transport.yamux;

/** What the peer still allows this end to send on a stream. */
final class SendWindow {
  private static final long MAX = 0xFFFF_FFFFL;

  private long available;

  SendWindow(long available) {
    this.available = available;
  }

  /** False where the window would exceed what its field on the wire can say: 2^32 - 1 bytes. */
  boolean grow(long bytes) {
    if (bytes > MAX - available) {
      return false;
    }
    available += bytes;
    return true;
  }

  void spend(int bytes) {
    assert bytes <= available;
    available -= bytes;
  }

  long available() {
    return available;
  }
}
