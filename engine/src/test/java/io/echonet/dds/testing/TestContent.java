package io.echonet.dds.testing;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.content.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A content, its chunks and its manifest, made here and now. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TestContent(byte[] bytes, List<Chunk> chunks, Manifest manifest) {

  /** Random content of {@code size} bytes, the same for the same seed. */
  public static TestContent random(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    List<Chunk> chunks = new ArrayList<>();
    int offset = 0;
    do {
      int end = Math.min(size, offset + Chunk.MAX_BYTES);
      chunks.add(Chunk.of(Arrays.copyOfRange(bytes, offset, end)));
      offset = end;
    } while (offset < size);
    return new TestContent(bytes, chunks, manifest(chunks, bytes));
  }

  /** A manifest of these chunks that claims that they add up to {@code whole}. */
  public static Manifest manifest(List<Chunk> chunks, byte[] whole) {
    byte[] sha256 = Sha256.digest(ByteBuffer.wrap(whole));
    return Manifest.of(
        chunks.stream().map(Chunk::cid).toList(), sha256, whole.length, ContentDetails.none());
  }

  public Cid cid() {
    return manifest.cid();
  }

  /** Puts all of it into the stores of {@code nodes}, and names them where it is searched for. */
  public void putInto(TestNode... nodes) {
    for (TestNode node : nodes) {
      chunks.forEach(node.store()::put);
      node.store().put(manifest.chunk());
      node.claim(manifest.cid());
    }
  }

  /** All that {@code buffers} hold. */
  public static Mono<byte[]> join(Flux<ByteBuffer> buffers) {
    return buffers
        .collect(ByteArrayOutputStream::new, TestContent::append)
        .map(ByteArrayOutputStream::toByteArray);
  }

  private static void append(ByteArrayOutputStream all, ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    all.writeBytes(bytes);
  }
}
