package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses that failed a moment ago and are left alone for another, each for the peer it was
 * tried for: whoever claims an address that is another's must not keep dials to that other away
 * from it.
 */
final class DialBackOff {
  private record Target(PeerId peer, Multiaddr address) {}

  private record Failure(Instant until, String reason) {}

  private final Duration duration;
  private final Clock clock;
  private final Map<Target, Failure> failures;

  DialBackOff(DialConfig config, Clock clock) {
    this.duration = config.backOff();
    this.clock = clock;
    this.failures =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Target, Failure> eldest) {
            return size() > config.maxBackOffs();
          }
        };
  }

  synchronized void failed(PeerId peer, Multiaddr address, String reason) {
    Target target = new Target(peer, address);
    failures.remove(target);
    failures.put(target, new Failure(clock.instant().plus(duration), reason));
  }

  synchronized void succeeded(PeerId peer, Multiaddr address) {
    failures.remove(new Target(peer, address));
  }

  /** Why {@code address} is not to be tried for {@code peer} now. */
  synchronized Optional<String> reason(PeerId peer, Multiaddr address) {
    Target target = new Target(peer, address);
    Failure failure = failures.get(target);
    if (failure == null) {
      return Optional.empty();
    }
    if (!failure.until().isAfter(clock.instant())) {
      failures.remove(target);
      return Optional.empty();
    }
    return Optional.of(failure.reason());
  }
}
