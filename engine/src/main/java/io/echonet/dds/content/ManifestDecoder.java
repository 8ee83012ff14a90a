package io.echonet.dds.content;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.proto.ContentManifest;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Reads one manifest and checks it against every rule of PROTOCOL section 1. */
final class ManifestDecoder {
  /*
   * Reads the fields where they stand instead of parsing into a generated message: a CID becomes 32 bytes in an array
   * at once, and never a string. It reads as protobuf prescribes (the last of several single fields counts, unknown
   * fields and known ones of another wire type are passed over), so that no two nodes disagree on what bytes mean.
   */

  private static final int VARINT = WireFormat.WIRETYPE_VARINT;
  private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int CHUNK_CID = (ContentManifest.CHUNK_CIDS_FIELD_NUMBER << 3) | BYTES;
  private static final int CONTENT_SHA256 =
      (ContentManifest.ORIGINAL_CONTENT_SHA256_FIELD_NUMBER << 3) | BYTES;
  private static final int CONTENT_SIZE =
      (ContentManifest.ORIGINAL_CONTENT_SIZE_BYTES_FIELD_NUMBER << 3) | VARINT;
  private static final int CREATION_TIMESTAMP =
      (ContentManifest.CREATION_TIMESTAMP_FIELD_NUMBER << 3) | VARINT;
  private static final int MIME_TYPE = (ContentManifest.MIME_TYPE_FIELD_NUMBER << 3) | BYTES;
  private static final int FILENAME = (ContentManifest.FILENAME_FIELD_NUMBER << 3) | BYTES;
  private static final int CUSTOM_METADATA =
      (ContentManifest.CUSTOM_METADATA_FIELD_NUMBER << 3) | BYTES;
  private static final int METADATA_KEY = (1 << 3) | BYTES;
  private static final int METADATA_VALUE = (2 << 3) | BYTES;

  /** What a CID of 44 characters takes; shorter ones are rare. */
  private static final int TYPICAL_CID_FIELD_BYTES = 46;

  private final Cid cid;
  private final byte[] bytes;
  private final CidList.Builder chunkCids;
  private byte[] contentSha256 = new byte[0];
  private long size;
  private long createdAt;
  private String mimeType = "";
  private String filename = "";
  private int metadataOffset;

  private ManifestDecoder(Cid cid, byte[] bytes) {
    this.cid = cid;
    this.bytes = bytes;
    this.chunkCids = new CidList.Builder(bytes.length / TYPICAL_CID_FIELD_BYTES);
    this.metadataOffset = bytes.length;
  }

  /**
   * The manifest that {@code chunk} holds.
   *
   * @throws InvalidManifestException naming the rule that is broken
   */
  static Manifest decode(Chunk chunk) {
    ManifestDecoder decoder = new ManifestDecoder(chunk.cid(), chunk.bytes());
    decoder.read();
    decoder.check();
    return new Manifest(
        chunk,
        decoder.chunkCids.build(),
        decoder.contentSha256,
        decoder.size,
        decoder.createdAt,
        decoder.mimeType,
        decoder.filename,
        decoder.metadataOffset);
  }

  /**
   * The metadata of the valid manifest {@code bytes}, the first of which stands at {@code offset}.
   */
  static Map<String, String> metadata(byte[] bytes, int offset) {
    Map<String, String> metadata = new LinkedHashMap<>();
    CodedInputStream in = CodedInputStream.newInstance(bytes, offset, bytes.length - offset);
    try {
      while (!in.isAtEnd()) {
        int tag = in.readTag();
        if (tag == CUSTOM_METADATA) {
          readEntry(in, metadata::put);
        } else {
          skip(tag, in);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("a manifest that was valid cannot be read", e);
    }
    return Collections.unmodifiableMap(metadata);
  }

  private void read() {
    if (bytes.length > Manifest.MAX_BYTES) {
      throw invalid(bytes.length + " bytes exceed " + Manifest.MAX_BYTES);
    }
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    try {
      while (!in.isAtEnd()) {
        int start = in.getTotalBytesRead();
        readField(start, in.readTag(), in);
      }
    } catch (IOException e) {
      throw new InvalidManifestException(
          "manifest " + cid + " is no protobuf message: " + e.getMessage(), e);
    }
  }

  private void readField(int start, int tag, CodedInputStream in) throws IOException {
    switch (tag) {
      case CHUNK_CID -> readChunkCid(in);
      case CONTENT_SHA256 -> contentSha256 = in.readByteArray();
      case CONTENT_SIZE -> size = in.readUInt64();
      case CREATION_TIMESTAMP -> createdAt = in.readInt64();
      case MIME_TYPE -> mimeType = in.readStringRequireUtf8();
      case FILENAME -> filename = in.readStringRequireUtf8();
      case CUSTOM_METADATA -> {
        metadataOffset = Math.min(metadataOffset, start);
        readEntry(in, (key, value) -> {});
      }
      default -> skip(tag, in);
    }
  }

  private void readChunkCid(CodedInputStream in) throws IOException {
    int length = in.readRawVarint32();
    int offset = in.getTotalBytesRead();
    in.skipRawBytes(length);
    try {
      chunkCids.add(Cid.digestOf(bytes, offset, length));
    } catch (MalformedEncodingException e) {
      throw invalid("chunk CID " + chunkCids.size() + ": " + e.getMessage());
    }
  }

  private static void readEntry(CodedInputStream in, BiConsumer<String, String> entry)
      throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    String key = "";
    String value = "";
    while (!in.isAtEnd()) {
      int tag = in.readTag();
      switch (tag) {
        case METADATA_KEY -> key = in.readStringRequireUtf8();
        case METADATA_VALUE -> value = in.readStringRequireUtf8();
        default -> skip(tag, in);
      }
    }
    in.popLimit(outer);
    entry.accept(key, value);
  }

  private static void skip(int tag, CodedInputStream in) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("a group ends that has not begun");
    }
  }

  private void check() {
    if (contentSha256.length != Cid.DIGEST_BYTES) {
      throw invalid("content digest of " + contentSha256.length + " bytes instead of 32");
    }
    if (size < 0) {
      throw invalid("content size " + Long.toUnsignedString(size) + " exceeds " + Long.MAX_VALUE);
    }
    long chunks = Manifest.chunkCount(size);
    if (chunkCids.size() != chunks) {
      throw invalid(chunkCids.size() + " chunks where content of " + size + " bytes has " + chunks);
    }
    if (!ContentDetails.isBaseName(filename)) {
      throw invalid("the filename is no base name");
    }
  }

  private InvalidManifestException invalid(String what) {
    return new InvalidManifestException("manifest " + cid + ": " + what);
  }
}
