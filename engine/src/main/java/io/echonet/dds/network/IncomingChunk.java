package io.echonet.dds.network;

import com.google.protobuf.ByteString;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;

/** The checks on bytes that another node wants stored, in the order of PROTOCOL section 2. */
final class IncomingChunk {
  private IncomingChunk() {}

  /**
   * The chunk of {@code data}.
   *
   * @throws RejectedException TOO_LARGE where it is longer than a chunk and no valid manifest, else
   *     CID_MISMATCH where it hashes to something else
   */
  static Chunk check(Cid cid, ByteString data) {
    if (data.size() > Chunk.MAX_BYTES) {
      return checkManifest(cid, data);
    }
    try {
      return Payload.verify(cid, data);
    } catch (IntegrityException e) {
      throw new RejectedException(ErrorCode.CID_MISMATCH, e.getMessage());
    }
  }

  private static Chunk checkManifest(Cid cid, ByteString data) {
    Chunk chunk;
    try {
      chunk = Chunk.of(Payload.copy(data));
    } catch (IntegrityException e) {
      throw new RejectedException(
          ErrorCode.TOO_LARGE,
          data.size() + " bytes are more than a chunk and no manifest: " + e.getMessage());
    }
    if (!chunk.cid().equals(cid)) {
      throw new RejectedException(
          ErrorCode.CID_MISMATCH,
          data.size() + " bytes hash to " + chunk.cid() + " instead of " + cid);
    }
    return chunk;
  }
}
