package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Multiaddr;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The addresses that failed a moment ago and are left alone for another. */
final class DialBackOff {
  private record Failure(Instant until, String reason) {}

  private final Duration duration;
  private final Clock clock;
  private final Map<Multiaddr, Failure> failures;

  DialBackOff(DialConfig config, Clock clock) {
    this.duration = config.backOff();
    this.clock = clock;
    this.failures =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Multiaddr, Failure> eldest) {
            return size() > config.maxBackOffs();
          }
        };
  }

  synchronized void failed(Multiaddr address, String reason) {
    failures.remove(address);
    failures.put(address, new Failure(clock.instant().plus(duration), reason));
  }

  synchronized void succeeded(Multiaddr address) {
    failures.remove(address);
  }

  /** Why {@code address} is not to be tried now. */
  synchronized Optional<String> reason(Multiaddr address) {
    Failure failure = failures.get(address);
    if (failure == null) {
      return Optional.empty();
    }
    if (!failure.until().isAfter(clock.instant())) {
      failures.remove(address);
      return Optional.empty();
    }
    return Optional.of(failure.reason());
  }
}
