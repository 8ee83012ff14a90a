package io.echonet.dds.content;

import java.util.List;

/** What one pass over a content finds out: all that its manifest has to say of it. Immutable. */
public final class ContentSummary {
  private final CidList chunkCids;
  private final byte[] sha256;
  private final long size;

  private ContentSummary(CidList chunkCids, byte[] sha256, long size) {
    this.chunkCids = chunkCids;
    this.sha256 = sha256;
    this.size = size;
  }

  /** The chunks' names, in content order; 32 bytes each. */
  public List<Cid> chunkCids() {
    return chunkCids;
  }

  /** The digest of the whole content, 32 bytes; a new array. */
  public byte[] sha256() {
    return sha256.clone();
  }

  /** The length of the whole content, in bytes. */
  public long size() {
    return size;
  }

  @Override
  public String toString() {
    return "content of " + size + " bytes in " + chunkCids.size() + " chunks";
  }

  /** Collects the chunks of a content as they come by; not thread-safe. */
  public static final class Builder {
    private final CidList.Builder cids = new CidList.Builder(0);
    private long size;
    private long manifestBytes;

    /**
     * Adds the next chunk.
     *
     * @throws ContentTooLargeException as soon as the chunks are more than a manifest can name
     */
    public void add(Chunk chunk) {
      cids.add(chunk.cid());
      size += chunk.size();
      manifestBytes += ManifestEncoder.fieldBytes(chunk.cid());
      if (manifestBytes > Manifest.MAX_BYTES) {
        throw ManifestEncoder.tooLarge(size, cids.size());
      }
    }

    /** The summary of all that was added, the whole being known to hash to {@code sha256}. */
    public ContentSummary build(byte[] sha256) {
      return new ContentSummary(cids.build(), sha256.clone(), size);
    }
  }
}
