package io.echonet.dds;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.retrieval.RetrievalStatistics;
import java.nio.ByteBuffer;
import reactor.core.publisher.Flux;

/**
 * A content whose manifest is here and valid, and whose bytes can be streamed. Holds no resources
 * itself.
 */
public interface Content {
  /** The public name that was asked for. */
  Cid cid();

  Manifest manifest();

  /** The length of the whole content, in bytes. */
  long size();

  /**
   * The content from its first byte to its last, each buffer verified before it is emitted:
   * read-only heap buffers of at most 262,144 bytes that stay valid and are never released. Cold;
   * every subscription streams anew from the start. An empty content completes without a buffer.
   *
   * <p>Demand counts buffers and runs backwards to the peers: fetches are started only up to the
   * configured window ahead of what was requested and consumed, so memory is the window however
   * slow the consumer or large the content. Buffers are emitted on the hashing scheduler, one at a
   * time. Cancelling cancels the fetches, which resets their streams.
   *
   * <p>The last buffer is emitted only after the whole content's hash has been found to agree, so
   * one who saw completion saw verified content.
   *
   * <p>Errors: {@link io.echonet.dds.content.ContentNotFoundException} where nobody was found that
   * holds a chunk for the configured timeout; {@link
   * io.echonet.dds.content.ContentUnavailableException} where holders are known but delivered
   * nothing for that time; {@link io.echonet.dds.content.IntegrityException} where all that was
   * offered for a chunk was wrong, where a chunk has not the length its place asks for, or where
   * the whole content's hash disagrees; {@link io.echonet.dds.storage.StorageException} never, as
   * what can't be read here is fetched.
   */
  Flux<ByteBuffer> bytes();

  /**
   * The bytes from the place {@code from}, counted from 0, to {@code toInclusive}: as {@link
   * #bytes()}, but only the chunks that hold some of them are fetched. Every chunk is verified; the
   * hash of the whole content can't be, unless the range is the whole.
   *
   * <p>Several ranges of one content, at once or one after the other, share what is known of its
   * peers. Cancelling stops a range's traffic; the others go on.
   *
   * @throws IllegalArgumentException at once where {@code from} is negative, or the range empty,
   *     inverted, or not within the content
   */
  Flux<ByteBuffer> bytes(long from, long toInclusive);

  /** What all subscriptions to {@link #bytes()} have done so far; cheap, may be polled. */
  RetrievalStatistics statistics();
}
