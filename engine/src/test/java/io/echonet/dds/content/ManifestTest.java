package io.echonet.dds.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.echonet.dds.proto.ContentManifest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final byte[] DIGEST = Sha256.digest(ByteBuffer.wrap(utf8("content")));
  private static final Cid CHUNK = Cid.hash(ByteBuffer.wrap(utf8("chunk")));

  @Test
  void anEmptyContentHasOneChunkAndItsSizeIsOmitted() {
    Cid empty = Cid.hash(ByteBuffer.allocate(0));
    Manifest manifest = Manifest.of(List.of(empty), empty.digest(), 0, ContentDetails.none());

    assertThat(hex(manifest))
        .isEqualTo(
            "0a2c"
                + hex("GKot5hBsd81kMupNCXHaqbhv3huEbxAFMLnpcX2hniwn")
                + "1220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(manifest.chunkLength(0)).isZero();
    assertThat(manifest.cid()).isEqualTo(Cid.hash(manifest.chunk().data()));
  }

  @Test
  void fieldsStandInTheOrderOfTheirNumbers() {
    Manifest manifest =
        Manifest.of(
            List.of(CHUNK),
            DIGEST,
            300,
            ContentDetails.none()
                .withFilename("ä.txt")
                .withMimeType("text/plain")
                .withCreatedAt(Instant.ofEpochSecond(1_700_000_000, 999_999_999))
                .withMetadata(Map.of("k", "v", "empty", "")));

    assertThat(hex(manifest))
        .isEqualTo(
            "0a2c"
                + hex(CHUNK.toString())
                + "1220"
                + HexFormat.of().formatHex(DIGEST)
                + "18ac02"
                + "2080e2cfaa06"
                + "2a0a"
                + hex("text/plain")
                + "3206"
                + "c3a42e747874"
                + "3a09"
                + "0a05"
                + hex("empty")
                + "1200"
                + "3a06"
                + "0a01"
                + hex("k")
                + "1201"
                + hex("v"));
  }

  @Test
  void metadataIsSortedByTheBytesOfItsKeys() {
    // As UTF-16 the surrogates of U+1F600 come before U+FF5E, as UTF-8 they come after.
    String fullwidthTilde = "\uff5e";
    String grin = "\ud83d\ude00";
    Manifest manifest =
        Manifest.of(
            List.of(CHUNK),
            DIGEST,
            1,
            ContentDetails.none()
                .withMetadata(Map.of(grin, "3", fullwidthTilde, "2", "z", "1", "", "0")));

    assertThat(manifest.metadata().keySet()).containsExactly("", "z", fullwidthTilde, grin);
  }

  @Test
  void equalContentHasOneName() {
    Map<String, String> oneOrder = new LinkedHashMap<>();
    Map<String, String> another = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      oneOrder.put("key" + i, "value" + i);
      another.put("key" + (99 - i), "value" + (99 - i));
    }

    assertThat(of(300_000, ContentDetails.none().withMetadata(oneOrder)))
        .isEqualTo(of(300_000, ContentDetails.none().withMetadata(another)))
        .isNotEqualTo(of(300_000, ContentDetails.none()));
  }

  @Test
  void whatWasRecordedIsReadBack() {
    ContentDetails details =
        ContentDetails.none()
            .withFilename("a b.bin")
            .withMimeType("application/octet-stream")
            .withCreatedAt(Instant.ofEpochSecond(-5))
            .withMetadata(Map.of("author", "ä\ud83d\ude00"));
    Manifest made = of(600_000, details);
    Manifest read = Manifest.decode(made.cid(), bytes(made));

    assertThat(read.size()).isEqualTo(600_000);
    assertThat(read.contentSha256()).isEqualTo(DIGEST);
    assertThat(read.chunkCids()).hasSize(3).isEqualTo(made.chunkCids());
    assertThat(read.filename()).contains("a b.bin");
    assertThat(read.mimeType()).contains("application/octet-stream");
    assertThat(read.createdAt()).contains(Instant.ofEpochSecond(-5));
    assertThat(read.metadata()).isEqualTo(Map.of("author", "ä\ud83d\ude00"));
    assertThat(read.chunkLength(0)).isEqualTo(262_144);
    assertThat(read.chunkLength(2)).isEqualTo(600_000 - 2 * 262_144);
    assertThatThrownBy(() -> read.chunkLength(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void whatWasNotGivenIsAbsent() {
    Manifest manifest = of(1, ContentDetails.none());

    assertThat(manifest.filename()).isEmpty();
    assertThat(manifest.mimeType()).isEmpty();
    assertThat(manifest.createdAt()).isEmpty();
    assertThat(manifest.metadata()).isEmpty();
  }

  @Test
  void bytesAreKeptAsTheyCame() {
    // An unknown field first, and fields out of order.
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        UnknownFieldSet.newBuilder()
            .addField(
                99,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("later"))
                    .build())
            .build()
            .toByteArray());
    out.writeBytes(ContentManifest.newBuilder().setFilename("f").build().toByteArray());
    out.writeBytes(
        ContentManifest.newBuilder().addChunkCids(CHUNK.toString()).build().toByteArray());
    out.writeBytes(message(builder -> builder.clearChunkCids()));
    byte[] bytes = out.toByteArray();

    Manifest manifest = Manifest.decode(Chunk.of(bytes));

    assertThat(bytes(manifest)).isEqualTo(bytes);
    assertThat(manifest.chunkCids()).containsExactly(CHUNK);
    assertThat(manifest.filename()).contains("f");
  }

  @Test
  void ofSeveralSingleFieldsTheLastCounts() {
    byte[] bytes =
        concat(
            ContentManifest.newBuilder()
                .setFilename("../first")
                .setOriginalContentSizeBytes(-1)
                .build()
                .toByteArray(),
            message(builder -> builder.setFilename("second")));

    assertThat(Manifest.decode(Chunk.of(bytes)).filename()).contains("second");
  }

  @Test
  void aTimeBeyondAnInstantIsTheNearestOne() {
    assertThat(decode(builder -> builder.setCreationTimestamp(Long.MAX_VALUE)).createdAt())
        .contains(Instant.ofEpochSecond(Instant.MAX.getEpochSecond()));
    assertThat(decode(builder -> builder.setCreationTimestamp(Long.MIN_VALUE)).createdAt())
        .contains(Instant.MIN);
  }

  @Test
  void bytesThatHashToAnotherNameAreRefused() {
    assertThatThrownBy(() -> Manifest.decode(CHUNK, message(builder -> {})))
        .isInstanceOf(IntegrityException.class)
        .isNotInstanceOf(InvalidManifestException.class);
  }

  @Test
  void aChunkNameThatIsNoCidIsRefused() {
    for (String text :
        List.of(
            "",
            "1",
            "z" + CHUNK,
            CHUNK + "1",
            CHUNK.toString().substring(2),
            CHUNK.multihash().toString(),
            "0" + CHUNK.toString().substring(1),
            "ä" + CHUNK.toString().substring(2))) {
      assertThatThrownBy(() -> decode(builder -> builder.setChunkCids(0, text)))
          .as(text)
          .isInstanceOf(InvalidManifestException.class)
          .hasMessageContaining("chunk CID 0");
    }
  }

  @Test
  void aDigestOfAnotherLengthIsRefused() {
    for (int length : new int[] {0, 31, 33}) {
      ByteString digest = ByteString.copyFrom(new byte[length]);
      assertThatThrownBy(() -> decode(builder -> builder.setOriginalContentSha256(digest)))
          .isInstanceOf(InvalidManifestException.class)
          .hasMessageContaining("digest of " + length + " bytes");
    }
  }

  @Test
  void theNumberOfChunksMustBeWhatTheSizeAsksFor() {
    assertAccepted(1, 0, 1, 262_144);
    assertAccepted(2, 262_145, 524_288);
    assertRefused(0, 0, 1);
    assertRefused(1, 262_145, Long.MAX_VALUE, Long.MIN_VALUE, -1);
    assertRefused(2, 0, 1, 262_144, 524_289);
  }

  private static void assertAccepted(int chunks, long... sizes) {
    for (long size : sizes) {
      assertThat(decode(builder -> chunks(builder, chunks, size)).size()).isEqualTo(size);
    }
  }

  private static void assertRefused(int chunks, long... sizes) {
    for (long size : sizes) {
      assertThatThrownBy(() -> decode(builder -> chunks(builder, chunks, size)))
          .isInstanceOf(InvalidManifestException.class)
          .hasMessageContaining(Long.toUnsignedString(size));
    }
  }

  private static void chunks(ContentManifest.Builder builder, int chunks, long size) {
    builder.clearChunkCids().setOriginalContentSizeBytes(size);
    for (int i = 0; i < chunks; i++) {
      builder.addChunkCids(CHUNK.toString());
    }
  }

  @Test
  void aFilenameThatIsNoBaseNameIsRefused() {
    for (String name : List.of("/", "a/b", "a\\b", "..", ".", "a\0b", "/etc/passwd", "..\\x")) {
      assertThatThrownBy(() -> decode(builder -> builder.setFilename(name)))
          .isInstanceOf(InvalidManifestException.class)
          .hasMessageContaining("filename");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ContentDetails.none().withFilename(name));
    }
    for (String name : List.of("...", "..a", ".hidden", "a b", "ä")) {
      assertThat(decode(builder -> builder.setFilename(name)).filename()).contains(name);
    }
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    for (String field : List.of("2a02c328", "3202c328", "3a060a02c3281200", "3a060a001202c328")) {
      byte[] bytes = concat(message(builder -> {}), HexFormat.of().parseHex(field));
      assertThatThrownBy(() -> Manifest.decode(Chunk.of(bytes)))
          .as(field)
          .isInstanceOf(InvalidManifestException.class)
          .hasMessageContaining("UTF-8");
    }
  }

  @Test
  void whatIsNoProtobufMessageIsRefused() {
    for (String hex :
        List.of("", "00", "0a", "0aff", "0affffffff0f", "0c", "0b", "ffffffffffffffffffff01")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThatThrownBy(() -> Manifest.decode(Chunk.of(bytes)))
          .as(hex)
          .isInstanceOf(InvalidManifestException.class);
    }
  }

  @Test
  void groupsNestedWithoutEndAreRefused() {
    byte[] bytes = new byte[Manifest.MAX_BYTES];
    Arrays.fill(bytes, (byte) 0x7b);

    assertThatThrownBy(() -> Chunk.of(bytes)).isInstanceOf(InvalidManifestException.class);
  }

  @Test
  void aManifestLongerThanItsLimitIsRefused() {
    byte[] bytes =
        message(builder -> builder.putCustomMetadata("k", "v".repeat(Manifest.MAX_BYTES)));

    assertThatThrownBy(() -> Chunk.of(bytes))
        .isInstanceOf(InvalidManifestException.class)
        .hasMessageContaining("exceed 4194304");
  }

  @Test
  void contentBeyondTheLimitIsRefusedByItsOrigin() {
    assertThatThrownBy(() -> of(92_000L * Chunk.MAX_BYTES, ContentDetails.none()))
        .isInstanceOf(ContentTooLargeException.class)
        .hasMessageContaining("about 22 GiB");
    assertThat(bytes(of(91_000L * Chunk.MAX_BYTES, ContentDetails.none())))
        .hasSizeLessThanOrEqualTo(Manifest.MAX_BYTES);
    assertThatThrownBy(
            () ->
                of(
                    1,
                    ContentDetails.none()
                        .withMetadata(Map.of("k", "v".repeat(Manifest.MAX_BYTES)))))
        .isInstanceOf(ContentTooLargeException.class)
        .hasMessageContaining("the details to record take 4194");
  }

  @Test
  void aSummaryStopsAtTheChunkThatNoManifestCanName() {
    ContentSummary.Builder summary = new ContentSummary.Builder();
    Chunk chunk = Chunk.of(new byte[0]);
    int fits = Manifest.MAX_BYTES / 46;
    for (int i = 0; i < fits; i++) {
      summary.add(chunk);
    }

    assertThatThrownBy(() -> summary.add(chunk))
        .isInstanceOf(ContentTooLargeException.class)
        .hasMessageContaining("about 22 GiB");
  }

  @Test
  void aSummaryBecomesItsManifest() {
    Chunk chunk = Chunk.of(utf8("chunk"));
    ContentSummary.Builder builder = new ContentSummary.Builder();
    builder.add(chunk);
    Manifest manifest = Manifest.of(builder.build(chunk.cid().digest()), ContentDetails.none());

    assertThat(manifest.chunkCids()).containsExactly(CHUNK);
    assertThat(manifest.contentSha256()).isEqualTo(CHUNK.digest());
    assertThat(manifest.size()).isEqualTo(5);
  }

  @Test
  void readsAndWritesWhatTheGeneratedMessageDoes() throws Exception {
    Random random = new Random(42);
    for (int i = 0; i < 300; i++) {
      ContentManifest message = random(random);
      byte[] bytes = message.toByteArray();
      Manifest read = Manifest.decode(Cid.hash(ByteBuffer.wrap(bytes)), bytes);
      Manifest made =
          Manifest.of(
              read.chunkCids(),
              read.contentSha256(),
              read.size(),
              new ContentDetails(
                  read.filename(), read.mimeType(), read.createdAt(), read.metadata()));

      assertThat(read.chunkCids()).extracting(Cid::toString).isEqualTo(message.getChunkCidsList());
      assertThat(ContentManifest.parseFrom(made.chunk().data())).isEqualTo(message);
    }
  }

  private static ContentManifest random(Random random) {
    long size = random.nextLong(40L * Chunk.MAX_BYTES);
    ContentManifest.Builder builder =
        ContentManifest.newBuilder()
            .setOriginalContentSha256(ByteString.copyFrom(bytes(random, 32)))
            .setOriginalContentSizeBytes(size);
    for (long i = 0; i < Manifest.chunkCount(size); i++) {
      byte[] digest = bytes(random, 32);
      Arrays.fill(digest, 0, random.nextInt(4), (byte) 0);
      builder.addChunkCids(Cid.of(digest).toString());
    }
    if (random.nextBoolean()) {
      builder.setFilename(text(random)).setMimeType(text(random));
    }
    if (random.nextBoolean()) {
      builder.setCreationTimestamp(random.nextLong(-1L << 40, 1L << 40));
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      builder.putCustomMetadata(text(random), text(random));
    }
    return builder.build();
  }

  private static String text(Random random) {
    int[] codePoints =
        random
            .ints('a', 0x2_0000)
            .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
            .limit(random.nextInt(1, 9))
            .toArray();
    return new String(codePoints, 0, codePoints.length);
  }

  private static Manifest of(long size, ContentDetails details) {
    List<Cid> cids = new ArrayList<>();
    for (long i = 0; i < Manifest.chunkCount(size); i++) {
      cids.add(CHUNK);
    }
    return Manifest.of(cids, DIGEST, size, details);
  }

  private static Manifest decode(Consumer<ContentManifest.Builder> change) {
    return Manifest.decode(Chunk.hashed(message(change)));
  }

  /** A valid manifest of one chunk, changed. */
  private static byte[] message(Consumer<ContentManifest.Builder> change) {
    ContentManifest.Builder builder =
        ContentManifest.newBuilder()
            .addChunkCids(CHUNK.toString())
            .setOriginalContentSha256(ByteString.copyFrom(DIGEST))
            .setOriginalContentSizeBytes(7);
    change.accept(builder);
    return builder.build().toByteArray();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(Manifest manifest) {
    byte[] bytes = new byte[manifest.chunk().size()];
    manifest.chunk().data().get(bytes);
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(Manifest manifest) {
    return HexFormat.of().formatHex(bytes(manifest));
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(utf8(text));
  }
}
