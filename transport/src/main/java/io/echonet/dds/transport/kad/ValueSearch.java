package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a search for a value has come by so far (kad-dht specification, "Value retrieval"). Pure.
 * Not thread-safe.
 */
final class ValueSearch {
  private final ByteString key;
  private final Validation validation;
  private final int quorum;
  private final Map<Contact, Optional<ByteString>> answers = new HashMap<>();
  private @Nullable ByteString best;
  private int found;
  private boolean complete;

  /**
   * @param quorum after how many valid values the search has enough
   */
  ValueSearch(ByteString key, Validation validation, int quorum) {
    this.key = key;
    this.validation = validation;
    this.quorum = validation.isUnique(key) ? 1 : quorum;
  }

  /** This node has {@code value} itself. */
  void onOwn(ByteString value) {
    consider(value);
  }

  /** {@code contact} has answered, with a value or without. */
  void onAnswer(Contact contact, Optional<ValueRecord> record) {
    Optional<ByteString> value =
        record
            .filter(it -> it.key().equals(key))
            .map(ValueRecord::value)
            .filter(it -> validation.objection(key, it).isEmpty());
    answers.put(contact, value);
    value.ifPresent(this::consider);
  }

  private void consider(ByteString value) {
    found++;
    if (best == null || validation.isBetter(key, value, best)) {
      best = value;
    }
  }

  /** Everybody near the key has answered. */
  void onEnd() {
    complete = true;
  }

  /** Whether more answers need not be waited for. */
  boolean isEnough() {
    return found >= quorum;
  }

  Optional<ByteString> best() {
    return Optional.ofNullable(best);
  }

  /**
   * Of the {@code k} nearest that answered, those that are to be told the best value: they had
   * another, or none although they are the nearest there are.
   */
  List<Contact> toCorrect(int k) {
    KadKey target = KadKey.hash(key.toByteArray());
    if (best == null) {
      return List.of();
    }
    Comparator<Map.Entry<Contact, Optional<ByteString>>> byDistance =
        Comparator.comparing(answer -> answer.getKey().key(), target::compareDistances);
    return answers.entrySet().stream()
        .sorted(byDistance)
        .limit(k)
        .filter(answer -> isToCorrect(answer.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean isToCorrect(Optional<ByteString> value) {
    return value.isEmpty() ? complete : !value.get().equals(best);
  }
}
