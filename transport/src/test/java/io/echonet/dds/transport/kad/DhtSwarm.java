package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.kad.KadNetwork.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A DHT of many hosts in one JVM, on virtual time: everything of a node is real but for sockets and
 * handshakes. Random hosts provide random keys, and other random hosts look for them.
 */
public final class DhtSwarm implements AutoCloseable {
  private static final int PARALLEL = 16;
  private static final double VANISHING = 0.3;

  private final KadNetwork network;
  private final List<Node> nodes;
  private final Map<Multihash, Node> provided = new LinkedHashMap<>();

  /**
   * How a number of searches went.
   *
   * @param found how many of {@code searched} keys had the right provider among those found
   * @param lookups how each search went
   */
  record Searches(int searched, int found, List<Lookup> lookups) {
    long median(ToLongFunction<Lookup> figure) {
      return quantile(0.5, figure);
    }

    long quantile(double share, ToLongFunction<Lookup> figure) {
      long[] sorted = lookups.stream().mapToLong(figure).sorted().toArray();
      return sorted[(int) (share * (sorted.length - 1))];
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "%d of %d found; hops median %d, 95 %% %d, max %d; queries median %d; failed queries %d"
              + " in all; virtual time of a lookup median %d ms, 95 %% %d ms",
          found,
          searched,
          median(Lookup::hops),
          quantile(0.95, Lookup::hops),
          quantile(1, Lookup::hops),
          median(Lookup::queries),
          lookups.stream().mapToInt(Lookup::failed).sum(),
          median(lookup -> lookup.time().toMillis()),
          quantile(0.95, lookup -> lookup.time().toMillis()));
    }
  }

  /** As many servers as wanted, that have joined each by a random one of those before it. */
  DhtSwarm(int hosts, long seed) {
    network = new KadNetwork(seed);
    KadConfig config = KadConfig.defaults();
    nodes = new ArrayList<>();
    for (int i = 0; i < hosts; i++) {
      Node node = network.add(config, KadMode.SERVER);
      if (i > 0) {
        Node known = nodes.get(network.random().nextInt(i));
        network.get(node.dht().bootstrap(List.of(known.address())));
      }
      nodes.add(node);
    }
    network.pass(Duration.ofMinutes(1));
  }

  /** Random hosts provide so many random keys; how many peers took them, on average. */
  double provide(int keys) {
    for (int i = 0; i < keys; i++) {
      provided.put(RandomPeers.multihash(network.random()), randomNode());
    }
    List<Integer> taken =
        network.all(
            Flux.fromIterable(provided.entrySet())
                .flatMap(entry -> entry.getValue().dht().provide(entry.getKey()), PARALLEL, 1));
    return taken.stream().mapToInt(Integer::intValue).average().orElse(0);
  }

  /** Every key is looked for once, by a random host that does not provide it. */
  Searches search() {
    List<Lookup> lookups = new ArrayList<>();
    Disposable.Composite listening = Disposables.composite();
    for (Node node : nodes) {
      listening.add(
          node.dht()
              .lookups()
              .filter(lookup -> lookup.kind() == Lookup.Kind.PROVIDERS)
              .subscribe(lookups::add));
    }
    AtomicInteger found = new AtomicInteger();
    network.run(
        Flux.fromIterable(provided.entrySet())
            .flatMap(entry -> search(entry.getKey(), entry.getValue(), found), PARALLEL, 1)
            .then());
    network.pass(Duration.ofSeconds(1));
    listening.dispose();
    return new Searches(provided.size(), found.get(), lookups);
  }

  private Mono<Void> search(Multihash key, Node provider, AtomicInteger found) {
    Node searcher = randomNode();
    while (searcher.equals(provider)) {
      searcher = randomNode();
    }
    return searcher
        .dht()
        .findProviders(key, 20)
        .filter(peer -> peer.id().equals(provider.id()))
        .count()
        .doOnNext(count -> found.addAndGet(count.intValue()))
        .then();
  }

  private Node randomNode() {
    return nodes.get(network.random().nextInt(nodes.size()));
  }

  /** So many hosts lose power; nobody is told. */
  int vanish() {
    int count = (int) (VANISHING * nodes.size());
    for (int i = 0; i < count; i++) {
      network.unplug(nodes.remove(network.random().nextInt(nodes.size())));
    }
    return count;
  }

  @Override
  public void close() {
    network.close();
  }

  /** Runs a swarm of {@code [hosts [provides]]} and prints how it went. */
  public static void run(String[] options) {
    int hosts = options.length > 0 ? Integer.parseInt(options[0]) : 500;
    int keys = options.length > 1 ? Integer.parseInt(options[1]) : 1000;
    long begin = System.nanoTime();
    try (DhtSwarm swarm = new DhtSwarm(hosts, 1)) {
      int[] known = swarm.nodes.stream().mapToInt(node -> node.dht().knownPeers()).toArray();
      print(begin, "%d hosts joined, knowing %.0f others on average", hosts, average(known));
      print(begin, "%d keys provided, each taken by %.1f peers", keys, swarm.provide(keys));
      print(begin, "%s (log2 of hosts: %.1f)", swarm.search().text(), log2(hosts));
      print(begin, "%d hosts lose power", swarm.vanish());
      print(begin, "at once: %s", swarm.search().text());
      swarm.network.pass(Duration.ofMinutes(20));
      print(begin, "20 min later: %s", swarm.search().text());
    }
  }

  private static double average(int[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  static double log2(int value) {
    return Math.log(value) / Math.log(2);
  }

  private static void print(long begin, String format, Object... values) {
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        Locale.ROOT, "%6.1f s  %s%n", seconds, String.format(Locale.ROOT, format, values));
  }
}
