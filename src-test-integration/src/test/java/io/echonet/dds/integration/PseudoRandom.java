package io.echonet.dds.integration;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Bytes that follow from a seed, the same as the foreign peers make from it: xorshift32, four bytes
 * a step, least significant first. A shorter run is a prefix of a longer one.
 */
final class PseudoRandom {
  private static final int BLOCK_BYTES = 65_536;
  private static final int SEED_FOR_ZERO = 0x9e3779b9;

  private int state;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private PseudoRandom(int seed) {
    this.state = seed == 0 ? SEED_FOR_ZERO : seed;
    block.position(BLOCK_BYTES);
  }

  static PseudoRandom of(int seed) {
    return new PseudoRandom(seed);
  }

  /** The first {@code length} bytes of {@code seed}. */
  static byte[] bytes(int seed, int length) {
    return of(seed).next(length);
  }

  /** The next bytes; a new array. */
  byte[] next(int length) {
    byte[] bytes = new byte[length];
    for (int filled = 0; filled < length; ) {
      if (!block.hasRemaining()) {
        fill();
      }
      int some = Math.min(block.remaining(), length - filled);
      block.get(bytes, filled, some);
      filled += some;
    }
    return bytes;
  }

  private void fill() {
    block.clear();
    int x = state;
    while (block.hasRemaining()) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      block.putInt(x);
    }
    state = x;
    block.flip();
  }

  /** Writes the first {@code length} bytes of {@code seed} to a new file. */
  static Path file(Path file, int seed, long length) {
    PseudoRandom source = of(seed);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = length; left > 0; left -= BLOCK_BYTES) {
        out.write(source.next((int) Math.min(left, BLOCK_BYTES)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** The SHA-256 of the first {@code length} bytes of {@code seed}, as hex. */
  static String sha256(int seed, long length) {
    PseudoRandom source = of(seed);
    MessageDigest digest = newSha256();
    for (long left = length; left > 0; left -= BLOCK_BYTES) {
      digest.update(source.next((int) Math.min(left, BLOCK_BYTES)));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
