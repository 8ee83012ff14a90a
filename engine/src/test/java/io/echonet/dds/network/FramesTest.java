package io.echonet.dds.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.proto.DdsRequest;
import io.echonet.dds.proto.DdsResponse;
import io.echonet.dds.proto.RetrieveChunkResponse;
import io.echonet.dds.proto.StoreChunkRequest;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FramesTest {
  static Stream<Chunk> chunks() {
    Stream<Chunk> data =
        Stream.of(0, 1, 127, 128, 16_383, 65_535, 65_536, 65_537, 131_072, 262_143, 262_144)
            .map(size -> Chunk.of(Wire.random(size, size)));
    return Stream.concat(data, Stream.of(longManifest(8_000).chunk()));
  }

  static Manifest longManifest(int chunks) {
    Cid cid = Cid.hash(ByteBuffer.wrap(new byte[0]));
    return Manifest.of(
        Collections.nCopies(chunks, cid),
        new byte[32],
        (long) chunks * Chunk.MAX_BYTES,
        ContentDetails.none());
  }

  @ParameterizedTest
  @MethodSource("chunks")
  void aStoreRequestIsByteForByteWhatTheGeneratedClassesWrite(Chunk chunk) {
    DdsRequest request =
        DdsRequest.newBuilder()
            .setStoreChunk(
                StoreChunkRequest.newBuilder()
                    .setCid(chunk.cid().toString())
                    .setChunkData(ByteString.copyFrom(chunk.data())))
            .build();
    assertThat(Wire.bytes(Frames.storeRequest(chunk))).isEqualTo(Wire.delimited(request));
  }

  @ParameterizedTest
  @MethodSource("chunks")
  void aRetrieveResponseIsByteForByteWhatTheGeneratedClassesWrite(Chunk chunk) {
    DdsResponse response =
        DdsResponse.newBuilder()
            .setRetrieveChunk(
                RetrieveChunkResponse.newBuilder()
                    .setChunkData(ByteString.copyFrom(chunk.data()))
                    .setSuccess(true))
            .build();
    assertThat(Wire.bytes(Frames.retrieveResponse(chunk))).isEqualTo(Wire.delimited(response));
  }

  /**
   * SHA-256 of "abc" is the first vector of FIPS 180-4; the rest is protobuf's encoding by hand.
   */
  @Test
  void theWireIsWhatTheProtocolSays() {
    Chunk abc = Chunk.of("abc".getBytes(StandardCharsets.US_ASCII));
    String cid = "DYu3G8aGTMBW1WrTw76zxQJQU4DHLw9MLyy7peG4LKkY";
    assertThat(abc.cid()).hasToString(cid);
    String cidHex = HexFormat.of().formatHex(cid.getBytes(StandardCharsets.US_ASCII));
    assertThat(HexFormat.of().formatHex(Wire.bytes(Frames.storeRequest(abc))))
        .isEqualTo("35" + "0a33" + "0a2c" + cidHex + "1203" + "616263");
    assertThat(HexFormat.of().formatHex(Wire.bytes(Frames.retrieveResponse(abc))))
        .isEqualTo("09" + "1207" + "0a03" + "616263" + "1001");
  }

  @Test
  void theChunkGoesOutInPiecesThatAreNotCopied() {
    byte[] bytes = Wire.random(1, Chunk.MAX_BYTES);
    Chunk chunk = Chunk.of(bytes);
    List<ByteBuf> pieces =
        Objects.requireNonNull(Frames.retrieveResponse(chunk).collectList().block());
    assertThat(pieces).hasSize(6);
    bytes[100] ^= 1; // Never done but to see whether the piece is the array.
    assertThat(pieces.get(1).getByte(100)).isEqualTo(bytes[100]);
    pieces.forEach(ByteBuf::release);
  }
}
