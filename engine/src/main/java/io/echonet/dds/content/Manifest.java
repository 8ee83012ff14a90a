package io.echonet.dds.content;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a content is made of (PROTOCOL section 1). That it exists means it breaks no rule.
 * Immutable; kept as the bytes it was received or made as, because only their hash counts, and 32
 * bytes more for each chunk.
 */
public final class Manifest {
  /** The length of the longest serialised manifest, 4 MiB, which limits content to about 22 GiB. */
  public static final int MAX_BYTES = 4_194_304;

  private final Chunk chunk;
  private final CidList chunkCids;
  private final byte[] contentSha256;
  private final long size;
  private final long createdAt;
  private final String mimeType;
  private final String filename;
  private final int metadataOffset;

  Manifest(
      Chunk chunk,
      CidList chunkCids,
      byte[] contentSha256,
      long size,
      long createdAt,
      String mimeType,
      String filename,
      int metadataOffset) {
    this.chunk = chunk;
    this.chunkCids = chunkCids;
    this.contentSha256 = contentSha256;
    this.size = size;
    this.createdAt = createdAt;
    this.mimeType = mimeType;
    this.filename = filename;
    this.metadataOffset = metadataOffset;
  }

  /**
   * The manifest of a content that was read to its end.
   *
   * @throws ContentTooLargeException where it would be longer than {@link #MAX_BYTES}
   */
  public static Manifest of(ContentSummary content, ContentDetails details) {
    return of(content.chunkCids(), content.sha256(), content.size(), details);
  }

  /**
   * The manifest of a content of {@code size} bytes that is made of {@code chunkCids}, in this
   * order, and whose digest is {@code contentSha256}, 32 bytes.
   *
   * @throws ContentTooLargeException where it would be longer than {@link #MAX_BYTES}
   * @throws IllegalArgumentException where the number of chunks is not what content of that size
   *     has, or the digest is not 32 bytes
   */
  public static Manifest of(
      List<Cid> chunkCids, byte[] contentSha256, long size, ContentDetails details) {
    if (size < 0 || chunkCids.size() != chunkCount(size)) {
      throw new IllegalArgumentException(
          chunkCids.size() + " chunks for content of " + size + " bytes");
    }
    if (contentSha256.length != Cid.DIGEST_BYTES) {
      throw new IllegalArgumentException(
          "content digest of " + contentSha256.length + " bytes instead of 32");
    }
    byte[] bytes = ManifestEncoder.encode(CidList.copyOf(chunkCids), contentSha256, size, details);
    return decode(Chunk.hashed(bytes));
  }

  /**
   * Reads and validates the serialised form. The array is taken over and must not be changed.
   *
   * @throws InvalidManifestException naming the rule that {@code bytes} break
   * @throws IntegrityException where they do not hash to {@code cid}
   */
  public static Manifest decode(Cid cid, byte[] bytes) {
    return decode(Chunk.hashed(cid, bytes));
  }

  /**
   * Reads and validates the manifest that {@code chunk} holds, whose bytes it shares.
   *
   * @throws InvalidManifestException naming the rule that is broken
   */
  public static Manifest decode(Chunk chunk) {
    return ManifestDecoder.decode(chunk);
  }

  /** The chunks that content of {@code size} bytes has. */
  static long chunkCount(long size) {
    return Math.max(1, size / Chunk.MAX_BYTES + (size % Chunk.MAX_BYTES == 0 ? 0 : 1));
  }

  /** The content's public name: this manifest's own. */
  public Cid cid() {
    return chunk.cid();
  }

  /** The serialised form, as it is stored and sent: the bytes this manifest was read from. */
  public Chunk chunk() {
    return chunk;
  }

  /** The chunks' names, in content order; at least one. A view: each CID is made when asked for. */
  public List<Cid> chunkCids() {
    return chunkCids;
  }

  /**
   * The length that the chunk at {@code index} must have: {@link Chunk#MAX_BYTES}, or the remainder
   * where it is the last.
   */
  public int chunkLength(int index) {
    Objects.checkIndex(index, chunkCids.size());
    return (int) Math.min(Chunk.MAX_BYTES, size - (long) index * Chunk.MAX_BYTES);
  }

  /** The digest of the whole content, 32 bytes; a new array. */
  public byte[] contentSha256() {
    return contentSha256.clone();
  }

  /** The length of the whole content, in bytes. */
  public long size() {
    return size;
  }

  /** A base name. */
  public Optional<String> filename() {
    return present(filename);
  }

  public Optional<String> mimeType() {
    return present(mimeType);
  }

  /**
   * When the publisher says the content was made, in whole seconds. A time that {@link Instant}
   * can't hold, some 31 million years from now, is its nearest one.
   */
  public Optional<Instant> createdAt() {
    if (createdAt == 0) {
      return Optional.empty();
    }
    long bounded =
        Math.max(Instant.MIN.getEpochSecond(), Math.min(Instant.MAX.getEpochSecond(), createdAt));
    return Optional.of(Instant.ofEpochSecond(bounded));
  }

  /** What else the publisher recorded, in the order it stands; unmodifiable, read on every call. */
  public Map<String, String> metadata() {
    return ManifestDecoder.metadata(chunk.bytes(), metadataOffset);
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Manifest that && cid().equals(that.cid());
  }

  @Override
  public int hashCode() {
    return cid().hashCode();
  }

  @Override
  public String toString() {
    return "manifest " + cid() + " of " + size + " bytes in " + chunkCids.size() + " chunks";
  }
}
