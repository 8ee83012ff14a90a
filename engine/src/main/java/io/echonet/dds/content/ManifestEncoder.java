package io.echonet.dds.content;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.echonet.dds.multiformats.Base58;
import io.echonet.dds.proto.ContentManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The deterministic serialisation of manifests (PROTOCOL section 1): fields in number order,
 * defaults omitted, map entries sorted by the UTF-8 bytes of their keys.
 */
final class ManifestEncoder {
  /*
   * Written by hand, field by field, for two reasons: the bytes are hashed, so their order is ours to promise and not
   * protobuf's (whose deterministic mode compares keys as UTF-16), and a generated message would hold every CID as a
   * string of its own.
   */

  private static final int KEY = 1;
  private static final int VALUE = 2;

  private ManifestEncoder() {}

  /** The serialised form; details break no rule, and digest and size agree with the CIDs. */
  static byte[] encode(CidList cids, byte[] sha256, long size, ContentDetails details) {
    long rest = restBytes(size, details);
    if (rest > Manifest.MAX_BYTES) {
      throw new ContentTooLargeException(
          "the details to record take %d bytes, where a manifest has %d in all"
              .formatted(rest, Manifest.MAX_BYTES));
    }
    long longest = (long) cids.size() * (2 + Cid.MAX_TEXT_CHARACTERS) + rest;
    long shortest = (long) cids.size() * (2 + Cid.DIGEST_BYTES);
    if (shortest > Manifest.MAX_BYTES) {
      throw tooLarge(size, cids.size());
    }
    byte[] bytes = new byte[(int) longest];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      writeCids(cids, out);
      writeRest(sha256, size, details, out);
    } catch (IOException e) {
      throw new UncheckedIOException("the bound of a manifest's length was wrong", e);
    }
    int length = out.getTotalBytesWritten();
    if (length > Manifest.MAX_BYTES) {
      throw tooLarge(size, cids.size());
    }
    return Arrays.copyOf(bytes, length);
  }

  static ContentTooLargeException tooLarge(long contentBytes, int chunks) {
    return new ContentTooLargeException(
        "content of %d bytes or more in %d chunks: its manifest would exceed %d bytes, which limits content to about 22 GiB"
            .formatted(contentBytes, chunks, Manifest.MAX_BYTES));
  }

  /** What naming {@code cid} adds to a manifest. */
  static int fieldBytes(Cid cid) {
    return 2 + cid.toString().length();
  }

  private static void writeCids(CidList cids, CodedOutputStream out) throws IOException {
    byte[] digest = new byte[Cid.DIGEST_BYTES];
    byte[] text = new byte[Cid.MAX_TEXT_CHARACTERS];
    for (Cid cid : cids) {
      cid.copyDigest(digest, 0);
      int length = Base58.encode(digest, 0, digest.length, text, 0);
      out.writeTag(ContentManifest.CHUNK_CIDS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(length);
      out.write(text, 0, length);
    }
  }

  private static void writeRest(
      byte[] sha256, long size, ContentDetails details, CodedOutputStream out) throws IOException {
    out.writeByteArray(ContentManifest.ORIGINAL_CONTENT_SHA256_FIELD_NUMBER, sha256);
    if (size != 0) {
      out.writeUInt64(ContentManifest.ORIGINAL_CONTENT_SIZE_BYTES_FIELD_NUMBER, size);
    }
    long createdAt = details.createdAt().map(Instant::getEpochSecond).orElse(0L);
    if (createdAt != 0) {
      out.writeInt64(ContentManifest.CREATION_TIMESTAMP_FIELD_NUMBER, createdAt);
    }
    if (details.mimeType().isPresent()) {
      out.writeString(ContentManifest.MIME_TYPE_FIELD_NUMBER, details.mimeType().get());
    }
    if (details.filename().isPresent()) {
      out.writeString(ContentManifest.FILENAME_FIELD_NUMBER, details.filename().get());
    }
    for (Map.Entry<String, String> entry : sorted(details.metadata())) {
      out.writeTag(
          ContentManifest.CUSTOM_METADATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(entryBytes(entry));
      out.writeString(KEY, entry.getKey());
      out.writeString(VALUE, entry.getValue());
    }
  }

  private static List<Map.Entry<String, String>> sorted(Map<String, String> metadata) {
    return metadata.entrySet().stream()
        .sorted(Map.Entry.comparingByKey((a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b))))
        .toList();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int entryBytes(Map.Entry<String, String> entry) {
    return CodedOutputStream.computeStringSize(KEY, entry.getKey())
        + CodedOutputStream.computeStringSize(VALUE, entry.getValue());
  }

  /** What all but the CIDs take at most. */
  private static long restBytes(long size, ContentDetails details) {
    long bytes = 2 + Cid.DIGEST_BYTES;
    bytes +=
        CodedOutputStream.computeUInt64Size(
            ContentManifest.ORIGINAL_CONTENT_SIZE_BYTES_FIELD_NUMBER, size);
    bytes +=
        CodedOutputStream.computeInt64Size(ContentManifest.CREATION_TIMESTAMP_FIELD_NUMBER, -1);
    bytes += details.mimeType().map(ManifestEncoder::stringBytes).orElse(0);
    bytes += details.filename().map(ManifestEncoder::stringBytes).orElse(0);
    for (Map.Entry<String, String> entry : details.metadata().entrySet()) {
      int length = entryBytes(entry);
      bytes += 1L + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    }
    return bytes;
  }

  private static int stringBytes(String text) {
    return CodedOutputStream.computeStringSize(ContentManifest.FILENAME_FIELD_NUMBER, text);
  }
}
