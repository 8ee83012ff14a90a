package io.echonet.dds.transport.host;

import io.echonet.dds.transport.AddressSource;
import java.util.EnumMap;
import java.util.Map;

/** Until when each source vouches for an address; guarded by the store. */
final class KnownAddress {
  /** Milliseconds since the epoch; the best source stands first. */
  private final EnumMap<AddressSource, Long> expiries = new EnumMap<>(AddressSource.class);

  /** Whether the last dial to it failed. */
  boolean isFailing;

  void extend(AddressSource source, long expiry) {
    expiries.merge(source, expiry, Math::max);
  }

  void withdraw(AddressSource source) {
    expiries.remove(source);
  }

  boolean isVouchedForBy(AddressSource source) {
    return expiries.containsKey(source);
  }

  /**
   * Forgets what has expired, and shortens what lives longer than {@code latest}: only a clock that
   * was wrong can have said so.
   *
   * @return whether anybody vouches for the address still
   */
  boolean expire(long now, long latest) {
    expiries.values().removeIf(expiry -> expiry <= now);
    expiries.replaceAll((source, expiry) -> Math.min(expiry, latest));
    return !expiries.isEmpty();
  }

  /** The best source that vouches for it, expired or not. */
  AddressSource source() {
    return expiries.isEmpty() ? AddressSource.HEARD : expiries.keySet().iterator().next();
  }

  /** Until when the best source vouches for it. */
  long expiry() {
    return expiries.isEmpty() ? 0 : expiries.values().iterator().next();
  }

  /** All that is known, as it is. */
  Map<AddressSource, Long> expiries() {
    return expiries;
  }
}
