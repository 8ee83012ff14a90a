package io.echonet.dds.content;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.echonet.dds.multiformats.Base58;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.proto.ContentManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes in is read as the generated parser would read it, or refused for a rule it breaks.
 */
class ContentFuzzTest {
  @FuzzTest
  void manifest(byte[] bytes) {
    checkManifest(bytes);
  }

  @FuzzTest
  void cid(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      check(Cid.parse(text).toString().equals(text), "a CID has another text");
    } catch (MalformedEncodingException e) {
      check(
          String.valueOf(e.getMessage()).chars().allMatch(c -> c >= ' ' && c <= '~'),
          "a message that terminals may obey");
    }
  }

  /** Valid manifests of all sorts with a few bytes changed, cut out or put in. */
  @Test
  void manifestsThatWereTamperedWith() {
    Random random = new Random(7);
    List<byte[]> valid = List.of(manifest(0, 1), manifest(300_000, 2), manifest(7, 1));
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = valid.get(round % valid.size()).clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(bytes.length);
        if (random.nextInt(4) > 0) {
          bytes[at] =
              (byte)
                  (random.nextBoolean() ? bytes[at] ^ (1 << random.nextInt(8)) : random.nextInt());
        } else {
          int length = Math.max(1, bytes.length + random.nextInt(-3, 4));
          byte[] moved = Arrays.copyOf(bytes, length);
          int rest = Math.min(bytes.length, length) - at;
          if (rest > 0) {
            System.arraycopy(bytes, bytes.length - rest, moved, length - rest, rest);
          }
          bytes = moved;
        }
      }
      checkManifest(bytes);
    }
  }

  private static byte[] manifest(long size, int chunks) {
    ContentManifest.Builder builder =
        ContentManifest.newBuilder()
            .setOriginalContentSha256(ByteString.copyFrom(new byte[32]))
            .setOriginalContentSizeBytes(size)
            .setCreationTimestamp(1_700_000_000)
            .setMimeType("text/plain")
            .setFilename("name.txt")
            .putCustomMetadata("key", "value")
            .putCustomMetadata("", "ä");
    for (int i = 0; i < chunks; i++) {
      builder.addChunkCids("GKot5hBsd81kMupNCXHaqbhv3huEbxAFMLnpcX2hniwn");
    }
    return builder.build().toByteArray();
  }

  private static void checkManifest(byte[] bytes) {
    ContentManifest expected = parsed(bytes);
    Manifest actual;
    try {
      actual = Manifest.decode(Chunk.hashed(bytes));
    } catch (InvalidManifestException e) {
      check(
          expected == null || !isValid(expected) || !isWellFormed(bytes),
          "refused though valid: " + e.getMessage());
      return;
    }
    if (expected == null || !isValid(expected)) {
      throw new AssertionError("accepted though invalid");
    }
    check(
        actual.chunkCids().stream().map(Cid::toString).toList().equals(expected.getChunkCidsList()),
        "other CIDs");
    check(
        Arrays.equals(actual.contentSha256(), expected.getOriginalContentSha256().toByteArray()),
        "another digest");
    check(actual.size() == expected.getOriginalContentSizeBytes(), "another size");
    check(actual.filename().orElse("").equals(expected.getFilename()), "another filename");
    check(actual.mimeType().orElse("").equals(expected.getMimeType()), "another type");
    check(actual.createdAt().isPresent() == (expected.getCreationTimestamp() != 0), "another time");
    check(actual.metadata().equals(expected.getCustomMetadataMap()), "other metadata");
  }

  private static @Nullable ContentManifest parsed(byte[] bytes) {
    try {
      return ContentManifest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  /** The generated parser takes a varint that goes on after ten bytes, in fields unknown to it. */
  private static boolean isWellFormed(byte[] bytes) {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    try {
      while (!in.isAtEnd()) {
        in.skipField(in.readTag());
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isValid(ContentManifest manifest) {
    long size = manifest.getOriginalContentSizeBytes();
    String name = manifest.getFilename();
    return manifest.getChunkCidsList().stream().allMatch(ContentFuzzTest::isCid)
        && manifest.getOriginalContentSha256().size() == 32
        && size >= 0
        && manifest.getChunkCidsCount() == Math.max(1, Math.ceil(size / 262_144.0))
        && !name.matches("(?s)\\.|\\.\\.|.*[/\\\\\0].*");
  }

  private static boolean isCid(String text) {
    try {
      return text.length() <= 44 && Base58.decode(text).length == 32;
    } catch (MalformedEncodingException e) {
      return false;
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
