package io.echonet.dds.storage;

import io.echonet.dds.content.Cid;
import java.util.Set;

/**
 * What a store knows of a chunk without reading it.
 *
 * @param size its length in bytes
 * @param holdings why it is held, at least one reason
 */
public record StoredChunk(Cid cid, int size, Set<Holding> holdings) {
  public StoredChunk {
    holdings = Set.copyOf(holdings);
    if (size < 0 || holdings.isEmpty()) {
      throw new IllegalArgumentException(cid + " of " + size + " bytes, held for " + holdings);
    }
  }

  public boolean isHeld(Holding holding) {
    return holdings.contains(holding);
  }
}
