package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.PublicKey;
import io.echonet.dds.transport.RecordException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values a node has: those kept for others, and the public keys of the peers it knows. */
final class Values {
  private final KnownPeers known;
  private final Validation validation;
  private final ValueStore store;

  Values(KnownPeers known, ValueConfig config) {
    this.known = known;
    this.validation = new Validation(config);
    this.store = new ValueStore(known.self().key(), config);
  }

  Validation validation() {
    return validation;
  }

  /** What this node can tell of {@code key}. */
  Optional<ValueRecord> get(ByteString key) {
    return kept(key).or(() -> publicKey(key));
  }

  private Optional<ValueRecord> publicKey(ByteString key) {
    return PublicKeyValidator.peer(key)
        .filter(peer -> validation.objection(key).isEmpty())
        .flatMap(known::publicKey)
        .map(PublicKey::encode)
        .map(value -> ValueRecord.received(key, ByteString.copyFrom(value), known.now()));
  }

  /** What is kept here of {@code key}. */
  Optional<ValueRecord> kept(ByteString key) {
    return store.get(key, known.now());
  }

  /**
   * Keeps {@code value} of {@code key}, or extends its life.
   *
   * @throws RecordException where it is not valid, or a better one is kept
   */
  ValueRecord keep(ByteString key, ByteString value) {
    Optional<String> objection = validation.objection(key, value);
    if (objection.isPresent()) {
      throw new RecordException(objection.get());
    }
    @Nullable ByteString kept;
    do {
      kept = kept(key).map(ValueRecord::value).orElse(null);
      // Of two that are equally good the first stays, so that the network settles.
      if (kept != null && !kept.equals(value) && !validation.isBetter(key, value, kept)) {
        throw new RecordException("a better value, or one as good, is kept already");
      }
    } while (!store.replace(key, kept, value, known.now()));
    return record(key, value);
  }

  /** {@code value} as it is sent now. */
  ValueRecord record(ByteString key, ByteString value) {
    return ValueRecord.received(key, value, known.now());
  }

  /** Forgets what has expired. */
  void expire() {
    store.expire(known.now());
  }

  int size() {
    return store.size();
  }
}
