package io.echonet.dds.transport;

import reactor.core.publisher.Mono;

/**
 * Small values that the peers near a key keep for everybody: a distributed hash table's records.
 *
 * <p>A key is {@code /namespace/…}; its namespace decides which values are valid under it, and
 * which of two is the better one. Arrays given are copied before the call returns, arrays received
 * are the caller's.
 */
public interface ValueRouting {
  /**
   * Keeps {@code value} here and has the peers nearest to {@code key} keep it. That nobody is there
   * to tell is no error.
   *
   * <p>Errors: {@link RecordException} where a better value is kept here, or peers were asked and
   * none took it.
   *
   * @throws IllegalArgumentException where the key is too long or of no known namespace, or the
   *     value is too long or not valid under it
   */
  Mono<Void> putValue(byte[] key, byte[] value);

  /**
   * The best value found of {@code key}; empty where nobody has one. A value that cannot have a
   * better one is answered at once where it is kept here. Peers near the key that had a worse one
   * are told the best in the background.
   *
   * @throws IllegalArgumentException where the key is too long or of no known namespace
   */
  Mono<byte[]> getValue(byte[] key);
}
