package io.echonet.dds.keeping;

/**
 * What a collection came to, or would have.
 *
 * @param chunks chunks and manifests taken
 * @param bytes their lengths together
 * @param chunksLeft those that stay
 * @param bytesLeft their lengths together
 */
public record Collected(long chunks, long bytes, long chunksLeft, long bytesLeft) {
  static final Collected NOTHING = new Collected(0, 0, 0, 0);

  Collected plus(Collected more) {
    return new Collected(
        chunks + more.chunks,
        bytes + more.bytes,
        chunksLeft + more.chunksLeft,
        bytesLeft + more.bytesLeft);
  }

  Collected andTook(int size) {
    return new Collected(chunks + 1, bytes + size, chunksLeft, bytesLeft);
  }

  Collected andLeft(int size) {
    return new Collected(chunks, bytes, chunksLeft + 1, bytesLeft + size);
  }
}
