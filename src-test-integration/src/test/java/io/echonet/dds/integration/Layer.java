package io.echonet.dds.integration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A package of the drawing of modules and packages, and what it may see. A change of the drawing is
 * a change of this file.
 *
 * @param name the package, with those beneath it where it ends in {@code ..}
 * @param below what it may see, given likewise
 */
record Layer(String name, List<String> below) {
  private static final String ROOT = "io.echonet.dds";

  // Proto: messages and multiformats.
  private static final Layer MULTIFORMATS = layer("multiformats");
  private static final Layer PROTO = layer("proto..");
  private static final List<Layer> FORMATS = List.of(MULTIFORMATS, PROTO);

  // Transport: the API; what its siblings plug in by; files and limits; the siblings, which never
  // see each
  // other; and the host, the only one that knows them all.
  private static final Layer TRANSPORT = layer("transport", MULTIFORMATS, PROTO);
  private static final Layer SPI = layer("transport.spi", MULTIFORMATS, PROTO, TRANSPORT);
  private static final Layer DISK = layer("transport.disk");
  private static final Layer LIMITS = layer("transport.limits", TRANSPORT);
  private static final List<Layer> SIBLINGS =
      Stream.of("tcp", "multistream", "noise", "tls", "yamux", "identify", "ping", "kad", "dns")
          .map(
              sibling ->
                  layer("transport." + sibling, MULTIFORMATS, PROTO, TRANSPORT, SPI, DISK, LIMITS))
          .toList();
  private static final Layer HOST =
      new Layer(
          "transport.host",
          names(List.of(FORMATS, List.of(TRANSPORT, SPI, DISK, LIMITS), SIBLINGS)));

  // Engine: it sees the transport's API and nothing behind it. Content, chunker and storage know no
  // peers, so not even that.
  private static final Layer CONTENT = layer("content", MULTIFORMATS, PROTO);
  private static final Layer CHUNKER = layer("chunker", MULTIFORMATS, CONTENT);
  private static final Layer STORAGE = layer("storage", MULTIFORMATS, CONTENT);
  private static final Layer STORAGE_DISK = layer("storage.disk", CONTENT, STORAGE);
  private static final List<Layer> STORES =
      Stream.of("filestore", "memory", "segment")
          .map(store -> layer("storage." + store, MULTIFORMATS, CONTENT, STORAGE, STORAGE_DISK))
          .toList();
  private static final Layer MIGRATION =
      new Layer(
          "storage.migration", names(List.of(List.of(CONTENT, STORAGE, STORAGE_DISK), STORES)));
  private static final Layer DISCOVERY =
      layer("discovery", MULTIFORMATS, PROTO, TRANSPORT, CONTENT, STORAGE);
  private static final Layer NETWORK =
      layer("network", MULTIFORMATS, PROTO, TRANSPORT, CONTENT, STORAGE, DISCOVERY);
  private static final Layer REPLICATION =
      layer("replication", MULTIFORMATS, TRANSPORT, CONTENT, STORAGE, DISCOVERY, NETWORK);
  private static final Layer CACHE = layer("cache", CONTENT, STORAGE);
  private static final Layer KEEPING = layer("keeping", MULTIFORMATS, CONTENT, STORAGE);
  private static final Layer RETRIEVAL =
      layer(
          "retrieval",
          MULTIFORMATS,
          TRANSPORT,
          CONTENT,
          STORAGE,
          CACHE,
          DISCOVERY,
          NETWORK,
          REPLICATION);
  private static final Layer DDS =
      layer(
          "",
          MULTIFORMATS,
          TRANSPORT,
          CONTENT,
          CHUNKER,
          STORAGE,
          CACHE,
          KEEPING,
          DISCOVERY,
          NETWORK,
          REPLICATION,
          RETRIEVAL);
  private static final List<Layer> ENGINE =
      Stream.of(
              List.of(CONTENT, CHUNKER, STORAGE, STORAGE_DISK, CACHE, KEEPING),
              STORES,
              List.of(MIGRATION, DISCOVERY, NETWORK, REPLICATION, RETRIEVAL, DDS))
          .flatMap(List::stream)
          .toList();

  // The program: it puts a host, a DHT and a store together and hands them to the engine.
  private static final List<String> BELOW_PROGRAM =
      names(List.of(List.of(MULTIFORMATS, TRANSPORT, HOST), SIBLINGS, ENGINE));
  private static final Layer CONFIG = new Layer("node.config", BELOW_PROGRAM);
  private static final Layer GATEWAY =
      new Layer("node.gateway", names(BELOW_PROGRAM, CONFIG.name()));
  private static final Layer CONTROL = new Layer("node.control", List.of());
  private static final Layer CLI =
      new Layer("node.cli", names(BELOW_PROGRAM, CONFIG.name(), GATEWAY.name(), CONTROL.name()));
  private static final Layer MAIN = layer("node", CLI);

  private static final List<Layer> ALL =
      Stream.of(
              FORMATS,
              List.of(TRANSPORT, SPI, DISK, LIMITS),
              SIBLINGS,
              List.of(HOST),
              ENGINE,
              List.of(CONFIG, GATEWAY, CONTROL, CLI, MAIN))
          .flatMap(List::stream)
          .toList();

  /** Every package of the drawing, the lowest first. */
  static List<Layer> all() {
    return ALL;
  }

  /** The packages of the engine, as patterns for rules. */
  static String[] engine() {
    return ENGINE.stream()
        .map(layer -> layer.name().isEmpty() ? ROOT : ROOT + "." + layer.name())
        .toArray(String[]::new);
  }

  static Optional<Layer> of(String packageName) {
    return ALL.stream().filter(layer -> layer.holds(packageName)).findFirst();
  }

  boolean holds(String packageName) {
    return matches(name, packageName);
  }

  /** Whether a class here may depend on one of {@code packageName}. */
  boolean sees(String packageName) {
    return below.stream().anyMatch(pattern -> matches(pattern, packageName));
  }

  private static boolean matches(String pattern, String packageName) {
    if (pattern.endsWith("..")) {
      String top = ROOT + "." + pattern.substring(0, pattern.length() - 2);
      return packageName.equals(top) || packageName.startsWith(top + ".");
    }
    return packageName.equals(pattern.isEmpty() ? ROOT : ROOT + "." + pattern);
  }

  private static Layer layer(String name, Layer... below) {
    return new Layer(name, names(List.of(List.of(below))));
  }

  private static List<String> names(List<List<Layer>> layers) {
    return layers.stream().flatMap(List::stream).map(Layer::name).toList();
  }

  private static List<String> names(List<String> some, String... more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  @Override
  public String toString() {
    return name.isEmpty() ? ROOT : ".." + name;
  }
}
