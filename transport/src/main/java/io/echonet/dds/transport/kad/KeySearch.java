package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

/**
 * Finds something whose hash lies in a wanted region of the keyspace, by trying. Peers are asked by
 * what is hashed, not by the hash, so a walk into a region needs such a name.
 */
final class KeySearch {
  /** A deeper region takes 2 to the power of its depth tries: at this depth some 50 ms. */
  static final int MAX_BITS = 17;

  /**
   * After this many times the expected number of tries, finding nothing has odds of one in 3,000.
   */
  private static final int PATIENCE = 8;

  private static final int DIGEST_BYTES = 32;

  private KeySearch() {}

  /**
   * A sha2-256 multihash, of nothing anybody has, that lies in {@code region}; empty where that is
   * too deep.
   */
  static Optional<Multihash> within(Prefix region, Random random) {
    if (region.bits() > MAX_BITS) {
      return Optional.empty();
    }
    byte[] digest = new byte[DIGEST_BYTES];
    random.nextBytes(digest);
    for (long i = 0; i < (long) PATIENCE << region.bits(); i++) {
      ByteBuffer.wrap(digest).putLong(0, i);
      Multihash candidate = Multihash.of(Multihash.SHA2_256, digest);
      if (region.contains(KadKey.of(candidate))) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
