package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.echonet.dds.transport.testing.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Hosts of an in-memory network with a DHT on each, on virtual time that only the test drives. */
final class KadNetwork implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(20);
  private static final Duration LIMIT = Duration.ofMinutes(30);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final InMemoryNetwork network;
  private final Random random;
  private final Map<PeerId, Node> nodes = new LinkedHashMap<>();

  /** A host and its DHT. */
  record Node(Host host, KademliaDht dht) {
    PeerId id() {
      return host.id();
    }

    Contact contact() {
      return Contact.of(host.id());
    }

    /** Whether it keeps a record that somebody provides {@code key}. */
    boolean holds(Multihash key) {
      return dht.keepsRecordOf(key);
    }

    /** Where it may be reached, as a bootstrap address. */
    Multiaddr address() {
      return host.announcedAddresses().get(0).withPeerId(host.id());
    }
  }

  KadNetwork(long seed) {
    network = InMemoryNetwork.create(time, seed);
    network.setDefaultLink(Link.PERFECT.withDelay(Duration.ofMillis(5)));
    random = new Random(seed);
  }

  InMemoryNetwork links() {
    return network;
  }

  VirtualTimeScheduler time() {
    return time;
  }

  Random random() {
    return random;
  }

  Host newHost() {
    return network.newHost();
  }

  Node add(KadConfig config, KadMode mode) {
    return add(network.newHost(), config, mode);
  }

  Node add(Host host, KadConfig config, KadMode mode) {
    KademliaDht dht = KademliaDht.start(host, config, mode, time, network.clock(), random);
    Node node = new Node(host, dht);
    nodes.put(host.id(), node);
    return node;
  }

  /** {@code count} servers that have joined by the first of them. */
  List<Node> join(int count, KadConfig config) {
    List<Node> joined = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Node node = add(config, KadMode.SERVER);
      if (i > 0) {
        get(node.dht().bootstrap(List.of(joined.get(0).address())));
      }
      joined.add(node);
    }
    pass(Duration.ofMinutes(1));
    return joined;
  }

  /** Its machine loses power. */
  void unplug(Node node) {
    network.unplug(node.host());
    run(node.dht().close());
    nodes.remove(node.id());
  }

  /** Its process is killed. */
  void kill(Node node) {
    network.kill(node.host());
    run(node.dht().close());
    nodes.remove(node.id());
  }

  /** Lets time pass. */
  void pass(Duration duration) {
    time.advanceTimeBy(duration);
  }

  /** The value of {@code mono}, in as much virtual time as it takes. */
  <T> T get(Mono<T> mono) {
    T value = run(mono);
    if (value == null) {
      throw new AssertionError("completed empty");
    }
    return value;
  }

  <T> List<T> all(Flux<T> flux) {
    return get(flux.collectList());
  }

  <T> @Nullable T run(Mono<T> mono) {
    AtomicReference<T> value = new AtomicReference<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    boolean[] done = {false};
    mono.doFinally(signal -> done[0] = true).subscribe(value::set, failure::set);
    for (Duration passed = Duration.ZERO; !done[0]; passed = passed.plus(STEP)) {
      if (passed.compareTo(LIMIT) > 0) {
        throw new AssertionError("not done after " + LIMIT + " of virtual time");
      }
      pass(STEP);
    }
    if (failure.get() instanceof RuntimeException exception) {
      throw exception;
    } else if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
    return value.get();
  }

  @Override
  public void close() {
    nodes.values().forEach(node -> run(node.dht().close()));
    run(network.close());
    time.dispose();
  }
}
