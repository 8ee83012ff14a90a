package io.echonet.dds.storage.migration;

import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StoredChunk;
import java.nio.ByteBuffer;

/**
 * What a store holds and why, in so few words that two can be compared.
 *
 * @param mark a sum over all names and reasons, whatever their order
 */
record Inventory(long chunks, long bytes, long mark) {
  static final Inventory EMPTY = new Inventory(0, 0, 0);

  Inventory plus(StoredChunk chunk) {
    long name = ByteBuffer.wrap(chunk.cid().digest()).getLong();
    long more = 0;
    for (Holding holding : chunk.holdings()) {
      more += holding == Holding.OWN ? name : Long.rotateLeft(name, 32);
    }
    return new Inventory(chunks + 1, bytes + chunk.size(), mark + more);
  }
}
