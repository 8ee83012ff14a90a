package io.echonet.dds.integration;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A large content that is cheap to store, because its chunks repeat, and as dear to fetch as any
 * other: nobody who fetches keeps a chunk for when it comes again.
 *
 * @param cid its name
 * @param sha256 as hex
 */
record RepeatedContent(String cid, long size, String sha256) {
  private static final int SEED = 64;
  private static final int DISTINCT_BYTES = 16 * 1024 * 1024;

  /**
   * Stores {@code mebibytes} MiB, a multiple of 16, in the folder of a node that is to serve it.
   */
  static RepeatedContent publish(Processes processes, String node, int mebibytes) {
    byte[] bytes = PseudoRandom.bytes(SEED, DISTINCT_BYTES);
    MessageDigest digest = PseudoRandom.newSha256();
    DdsProcess publish =
        processes
            .dds("publish", "-", "--data", processes.path(node).toString(), "--replication", "1")
            .start();
    long size = 0;
    try (OutputStream out = publish.process().in()) {
      for (; size < mebibytes * 1024L * 1024; size += bytes.length) {
        out.write(bytes);
        digest.update(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(publish.process().described(), e);
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    return new RepeatedContent(publish.await().output(), size, sha256);
  }
}
