package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.PeerId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A point of the 256-bit keyspace: the SHA-256 of what names a peer or a content (kad-dht
 * specification, "Distance"). Immutable; ordered as an unsigned number, most significant bit first.
 */
record KadKey(long w0, long w1, long w2, long w3) implements Comparable<KadKey> {
  static final int BITS = 256;

  /** Where {@code preimage} lies. */
  static KadKey hash(byte[] preimage) {
    try {
      return of(MessageDigest.getInstance("SHA-256").digest(preimage));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }

  static KadKey of(Multihash content) {
    return hash(content.bytes());
  }

  static KadKey of(PeerId peer) {
    return hash(peer.bytes());
  }

  /** The point whose 32 bytes are {@code bytes}. */
  static KadKey of(byte[] bytes) {
    if (bytes.length != BITS / 8) {
      throw new IllegalArgumentException("keyspace point of " + bytes.length + " bytes");
    }
    ByteBuffer source = ByteBuffer.wrap(bytes);
    return new KadKey(source.getLong(), source.getLong(), source.getLong(), source.getLong());
  }

  /** How far apart the two are, itself a number of 256 bits. */
  KadKey distance(KadKey other) {
    return new KadKey(w0 ^ other.w0, w1 ^ other.w1, w2 ^ other.w2, w3 ^ other.w3);
  }

  /**
   * Below zero where {@code a} is nearer to this point than {@code b}, without making their
   * distances.
   */
  int compareDistances(KadKey a, KadKey b) {
    int order = Long.compareUnsigned(w0 ^ a.w0, w0 ^ b.w0);
    if (order == 0) {
      order = Long.compareUnsigned(w1 ^ a.w1, w1 ^ b.w1);
    }
    if (order == 0) {
      order = Long.compareUnsigned(w2 ^ a.w2, w2 ^ b.w2);
    }
    return order == 0 ? Long.compareUnsigned(w3 ^ a.w3, w3 ^ b.w3) : order;
  }

  /** How many leading bits the two share, 0 to 256. */
  int commonPrefix(KadKey other) {
    return distance(other).leadingZeros();
  }

  int leadingZeros() {
    if (w0 != 0) {
      return Long.numberOfLeadingZeros(w0);
    }
    if (w1 != 0) {
      return 64 + Long.numberOfLeadingZeros(w1);
    }
    if (w2 != 0) {
      return 128 + Long.numberOfLeadingZeros(w2);
    }
    return 192 + Long.numberOfLeadingZeros(w3);
  }

  /** This point with bit {@code index} (0 is the most significant) turned over. */
  KadKey flip(int index) {
    long mask = Long.MIN_VALUE >>> (index & 63);
    return switch (index >>> 6) {
      case 0 -> new KadKey(w0 ^ mask, w1, w2, w3);
      case 1 -> new KadKey(w0, w1 ^ mask, w2, w3);
      case 2 -> new KadKey(w0, w1, w2 ^ mask, w3);
      default -> new KadKey(w0, w1, w2, w3 ^ mask);
    };
  }

  /** This point with all but its first {@code bits} bits cleared. */
  KadKey truncate(int bits) {
    return new KadKey(
        w0 & mask(bits), w1 & mask(bits - 64), w2 & mask(bits - 128), w3 & mask(bits - 192));
  }

  /** This point with all but its first {@code bits} bits set. */
  KadKey fill(int bits) {
    return new KadKey(
        w0 | ~mask(bits), w1 | ~mask(bits - 64), w2 | ~mask(bits - 128), w3 | ~mask(bits - 192));
  }

  private static long mask(int bits) {
    return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
  }

  @Override
  public int compareTo(KadKey other) {
    int order = Long.compareUnsigned(w0, other.w0);
    if (order == 0) {
      order = Long.compareUnsigned(w1, other.w1);
    }
    if (order == 0) {
      order = Long.compareUnsigned(w2, other.w2);
    }
    return order == 0 ? Long.compareUnsigned(w3, other.w3) : order;
  }

  /** The 64 hexadecimal digits. */
  @Override
  public String toString() {
    return String.format("%016x%016x%016x%016x", w0, w1, w2, w3);
  }
}
