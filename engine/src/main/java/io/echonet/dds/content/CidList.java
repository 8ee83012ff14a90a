package io.echonet.dds.content;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Many CIDs at 32 bytes each: the digests side by side, a {@link Cid} made where one is asked for.
 */
final class CidList extends AbstractList<Cid> implements RandomAccess {
  private final byte[] digests;
  private final int size;

  private CidList(byte[] digests, int size) {
    this.digests = digests;
    this.size = size;
  }

  static CidList copyOf(List<Cid> cids) {
    if (cids instanceof CidList list) {
      return list;
    }
    Builder builder = new Builder(cids.size());
    cids.forEach(builder::add);
    return builder.build();
  }

  @Override
  public Cid get(int index) {
    return Cid.at(digests, Objects.checkIndex(index, size) * Cid.DIGEST_BYTES);
  }

  @Override
  public int size() {
    return size;
  }

  /** Grows by half where it is too small; not thread-safe. */
  static final class Builder {
    private static final int MIN_CIDS = 4;

    private byte[] digests;
    private int size;

    Builder(int expected) {
      digests = new byte[Math.max(MIN_CIDS, expected) * Cid.DIGEST_BYTES];
    }

    void add(Cid cid) {
      int offset = reserve();
      cid.copyDigest(digests, offset);
    }

    void add(byte[] digest) {
      int offset = reserve();
      System.arraycopy(digest, 0, digests, offset, Cid.DIGEST_BYTES);
    }

    private int reserve() {
      int offset = size * Cid.DIGEST_BYTES;
      if (offset == digests.length) {
        int cids = size + size / 2;
        digests = Arrays.copyOf(digests, Math.multiplyExact(cids, Cid.DIGEST_BYTES));
      }
      size++;
      return offset;
    }

    int size() {
      return size;
    }

    /** What was added so far. */
    CidList build() {
      return new CidList(Arrays.copyOf(digests, size * Cid.DIGEST_BYTES), size);
    }
  }
}
