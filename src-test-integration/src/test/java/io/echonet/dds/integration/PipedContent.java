package io.echonet.dds.integration;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The content that a process prints, read by the test when the test likes, and hashed. */
final class PipedContent {
  private static final int BUFFER_BYTES = 65_536;

  private final InputStream in;
  private final MessageDigest digest = PseudoRandom.newSha256();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long bytes;

  private PipedContent(InputStream in) {
    this.in = in;
  }

  /** What {@code dds}, which was started with a pipe, prints. */
  static PipedContent of(DdsProcess dds) {
    return new PipedContent(dds.pipe());
  }

  /** Reads until {@code total} bytes have come since the start, or all there are. */
  void readUpTo(long total) {
    try {
      for (int some = 0; bytes < total && some >= 0; ) {
        some = in.read(buffer, 0, (int) Math.min(buffer.length, total - bytes));
        if (some > 0) {
          digest.update(buffer, 0, some);
          bytes += some;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void readToEnd() {
    readUpTo(Long.MAX_VALUE);
  }

  /** How many have been read so far. */
  long bytes() {
    return bytes;
  }

  /** The SHA-256 of all that was read, as hex; to be asked once. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
