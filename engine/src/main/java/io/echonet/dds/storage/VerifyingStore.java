package io.echonet.dds.storage;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import reactor.core.publisher.Mono;

/**
 * A store of which every chunk that is read is hashed, where the store itself would be satisfied by
 * a checksum: for files that others than the disk may change.
 */
public final class VerifyingStore extends StoreDecorator {
  private VerifyingStore(StorageProvider store) {
    super(store);
  }

  /** {@code store}, which is closed with it. */
  public static VerifyingStore of(StorageProvider store) {
    return new VerifyingStore(store);
  }

  @Override
  public Mono<Chunk> retrieve(Cid cid) {
    return store.retrieveHashed(cid);
  }
}
