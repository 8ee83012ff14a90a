package io.echonet.dds.node.config;

import io.echonet.dds.transport.Multiaddr;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** None of the peers that were to lead into the network could be reached. */
public final class BootstrapException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Map<Multiaddr, String> failures;

  /** A failure to reach any of {@code failures}, each with the reason. */
  public BootstrapException(Map<Multiaddr, String> failures) {
    super(
        failures.entrySet().stream()
            .map(failure -> failure.getKey() + " (" + failure.getValue() + ")")
            .collect(Collectors.joining(", ", "no bootstrap peer could be reached: ", "")));
    this.failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
  }

  /** Why each of them could not be reached. */
  public Map<Multiaddr, String> failures() {
    return failures;
  }
}
