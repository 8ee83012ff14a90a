package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.content.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The hash over a whole content, fed chunk by chunk in order and compared before the last is let
 * go.
 */
final class WholeContent implements ChunkStep {
  private final Manifest manifest;
  private final MessageDigest digest = Sha256.newDigest();
  private int added;

  WholeContent(Manifest manifest) {
    this.manifest = manifest;
  }

  @Override
  public ByteBuffer take(Chunk chunk) {
    chunk.update(digest);
    if (++added == manifest.chunkCids().size()
        && !Arrays.equals(digest.digest(), manifest.contentSha256())) {
      throw new IntegrityException(
          "the chunks of " + manifest.cid() + " are right, but the whole has another hash");
    }
    return chunk.data();
  }
}
