package io.echonet.dds.integration;

import static java.util.Objects.requireNonNull;

import io.echonet.dds.Content;
import io.echonet.dds.Dds;
import io.echonet.dds.DdsConfig;
import io.echonet.dds.PublishOptions;
import io.echonet.dds.Published;
import io.echonet.dds.content.Cid;
import io.echonet.dds.retrieval.RetrievalConfig;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.memory.InMemoryStore;
import io.echonet.dds.storage.memory.InMemoryStoreConfig;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.kad.KadMode;
import io.echonet.dds.transport.kad.KademliaDht;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import reactor.core.publisher.Flux;

/** A whole node in this JVM, on real sockets, that keeps its chunks in memory. */
record OurNode(Host host, KademliaDht dht, StorageProvider store, Dds dds) {
  /** A node that begins with the peers at {@code bootstrap}. */
  static OurNode start(OurHosts hosts, String... bootstrap) {
    return start(hosts, DdsConfig.defaults(), bootstrap);
  }

  static OurNode start(OurHosts hosts, DdsConfig config, String... bootstrap) {
    Host host = hosts.listening();
    KademliaDht dht = hosts.dht(host, KadMode.SERVER, bootstrap);
    StorageProvider store = InMemoryStore.create(InMemoryStoreConfig.defaults());
    Dds dds = Dds.start(host, dht, dht, store, config);
    hosts.closeAfterwards(dds.close());
    return new OurNode(host, dht, store, dds);
  }

  /** What soon asks another peer, and gives up after {@code timeout} without a chunk. */
  static DdsConfig impatient(Duration timeout) {
    return DdsConfig.defaults()
        .withRetrieval(
            RetrievalConfig.defaults().withTimeout(timeout).withHedgeAfter(Duration.ofMillis(300)));
  }

  String address() {
    return OurHosts.address(host);
  }

  /** Publishes the first {@code length} bytes of {@code seed}. */
  Published publish(int seed, int length, PublishOptions options) {
    Flux<ByteBuffer> content =
        Flux.defer(() -> Flux.just(ByteBuffer.wrap(PseudoRandom.bytes(seed, length))));
    return requireNonNull(dds.publish(content, options).block(OurHosts.LIMIT));
  }

  Content open(String cid) {
    return requireNonNull(dds.retrieve(Cid.parse(cid)).block(OurHosts.LIMIT));
  }

  /** Streams the content to its end; answers its SHA-256 as hex. */
  static String sha256(Content content) {
    MessageDigest digest = PseudoRandom.newSha256();
    content.bytes().doOnNext(digest::update).blockLast(OurHosts.LIMIT);
    return HexFormat.of().formatHex(digest.digest());
  }
}
