package io.echonet.dds;

import io.echonet.dds.content.ByteRange;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.retrieval.Retrieval;
import io.echonet.dds.retrieval.RetrievalStatistics;
import java.nio.ByteBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A content that was found.
 *
 * @param end fails when the node closes, and what is being read with it
 */
record RetrievedContent(Retrieval retrieval, Mono<Void> end) implements Content {
  @Override
  public Cid cid() {
    return manifest().cid();
  }

  @Override
  public Manifest manifest() {
    return retrieval.manifest();
  }

  @Override
  public long size() {
    return manifest().size();
  }

  @Override
  public Flux<ByteBuffer> bytes() {
    return retrieval.bytes().takeUntilOther(end);
  }

  @Override
  public Flux<ByteBuffer> bytes(long from, long toInclusive) {
    return retrieval.bytes(new ByteRange(from, toInclusive)).takeUntilOther(end);
  }

  @Override
  public RetrievalStatistics statistics() {
    return retrieval.statistics();
  }
}
