package io.echonet.dds.benchmarks;

import io.echonet.dds.Dds;
import io.echonet.dds.DdsConfig;
import io.echonet.dds.PublishOptions;
import io.echonet.dds.Published;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Hosts;
import io.echonet.dds.transport.kad.KadConfig;
import io.echonet.dds.transport.kad.KadMode;
import io.echonet.dds.transport.kad.KademliaDht;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A whole node that knows nobody, so that what it does is what its store does. */
final class OfflineNode implements AutoCloseable {
  private final StorageProvider store;
  private final Host host;
  private final KademliaDht dht;
  private final Dds dds;

  /** On {@code store}, which is closed with it. */
  OfflineNode(StorageProvider store) {
    this.store = store;
    host = Objects.requireNonNull(Hosts.create(Identity.generate(), HostConfig.defaults()).block());
    dht = KademliaDht.start(host, KadConfig.defaults(), KadMode.CLIENT);
    dds = Dds.start(host, dht, dht, store, DdsConfig.defaults());
  }

  Dds dds() {
    return dds;
  }

  StorageProvider store() {
    return store;
  }

  /** Publishes {@code content} to this node alone. */
  Mono<Published> publish(Publisher<ByteBuffer> content) {
    return dds.publish(content, PublishOptions.defaults().withReplication(1));
  }

  @Override
  public void close() {
    dds.close().then(dht.close()).then(host.close()).then(store.close()).block();
  }
}
