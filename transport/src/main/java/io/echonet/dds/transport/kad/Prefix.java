package io.echonet.dds.transport.kad;

/**
 * A region of the keyspace: all points whose first {@code bits} bits are those of {@code start},
 * whose other bits are zero.
 */
record Prefix(KadKey start, int bits) {
  static final Prefix ALL = new Prefix(new KadKey(0, 0, 0, 0), 0);

  Prefix {
    if (bits < 0 || bits > KadKey.BITS) {
      throw new IllegalArgumentException("prefix of " + bits + " bits");
    }
  }

  /** The region of {@code bits} bits that {@code key} lies in. */
  static Prefix of(KadKey key, int bits) {
    return new Prefix(key.truncate(bits), bits);
  }

  /** The highest point of the region. */
  KadKey last() {
    return start.fill(bits);
  }

  boolean contains(KadKey key) {
    return start.commonPrefix(key) >= bits;
  }

  boolean contains(Prefix other) {
    return other.bits >= bits && contains(other.start);
  }

  boolean isAll() {
    return bits == 0;
  }

  /** The region half as deep that this one is half of. */
  Prefix parent() {
    return of(start, bits - 1);
  }

  /** The other half of {@link #parent()}. */
  Prefix sibling() {
    return new Prefix(start.flip(bits - 1), bits);
  }

  /** The lower half. */
  Prefix left() {
    return new Prefix(start, bits + 1);
  }

  /** The upper half. */
  Prefix right() {
    return new Prefix(start.flip(bits), bits + 1);
  }
}
