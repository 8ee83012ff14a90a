package io.echonet.dds.integration.daemon;

import io.echonet.dds.transport.Multiaddr;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What the daemon was started with.
 *
 * @param control where clients connect
 * @param listen where peers connect; empty where nowhere
 * @param security {@code noise} or {@code tls}, the only one that is offered
 * @param key a file with the private key; without, a new one is made
 * @param dht whether to be a server of the public DHT's protocol
 */
record DaemonOptions(
    Multiaddr control,
    Optional<Multiaddr> listen,
    String security,
    Optional<Path> key,
    boolean dht) {
  static final String USAGE =
      "libp2p-daemon --control MULTIADDR [--listen MULTIADDR] [--no-listen] [--security noise|tls]"
          + " [--muxer yamux] [--key FILE] [--dht]";

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  static DaemonOptions parse(String... arguments) {
    Deque<String> left = new ArrayDeque<>(Arrays.asList(arguments));
    Multiaddr control = null;
    Multiaddr listen = Multiaddr.parse("/ip4/127.0.0.1/tcp/0");
    boolean listens = true;
    String security = "noise";
    Path key = null;
    boolean dht = false;
    while (!left.isEmpty()) {
      String option = left.remove();
      switch (option) {
        case "--control" -> control = Multiaddr.parse(value(option, left));
        case "--listen" -> listen = Multiaddr.parse(value(option, left));
        case "--no-listen" -> listens = false;
        case "--security" -> security = oneOf(option, value(option, left), "noise", "tls");
        case "--muxer" -> oneOf(option, value(option, left), "yamux");
        case "--key" -> key = Path.of(value(option, left));
        case "--dht" -> dht = true;
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    if (control == null) {
      throw new IllegalArgumentException("--control is missing");
    }
    return new DaemonOptions(
        control,
        listens ? Optional.of(listen) : Optional.empty(),
        security,
        Optional.ofNullable(key),
        dht);
  }

  private static String value(String option, Deque<String> left) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(option + " wants a value");
    }
    return left.remove();
  }

  private static String oneOf(String option, String value, String... known) {
    if (!List.of(known).contains(value)) {
      throw new IllegalArgumentException(
          option + " is " + value + ", where one of " + List.of(known) + " was expected");
    }
    return value;
  }
}
