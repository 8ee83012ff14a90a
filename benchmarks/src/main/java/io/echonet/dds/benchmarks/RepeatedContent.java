package io.echonet.dds.benchmarks;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * A content that is cheap to keep, because its chunks repeat, and as dear to fetch as any other
 * where the cache is far smaller than what repeats.
 *
 * @param seed tells it from others
 * @param mebibytes its size
 * @param distinct after how many MiB it repeats
 */
record RepeatedContent(int seed, int mebibytes, int distinct) {
  private static final int MIB = 1024 * 1024;

  long bytes() {
    return (long) mebibytes * MIB;
  }

  /** Its bytes, made anew for each subscriber. */
  Publisher<ByteBuffer> read() {
    return Flux.defer(
        () -> {
          byte[] block = block();
          return Flux.range(0, mebibytes)
              .map(i -> ByteBuffer.wrap(block, i % distinct * MIB, MIB).slice());
        });
  }

  private byte[] block() {
    byte[] block = new byte[distinct * MIB];
    new Random(seed).nextBytes(block);
    return block;
  }

  /** The hash of the whole, as hex. */
  String sha256() {
    MessageDigest digest = newDigest();
    byte[] block = block();
    for (int i = 0; i < mebibytes; i++) {
      digest.update(block, i % distinct * MIB, MIB);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
