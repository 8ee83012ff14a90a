package io.echonet.dds.testing;

import io.echonet.dds.content.Cid;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.discovery.DiscoveryConfig;
import io.echonet.dds.network.NetworkConfig;
import io.echonet.dds.network.NetworkService;
import io.echonet.dds.network.StorePolicy;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import reactor.core.Disposable;

/** A host of a {@link TestNetwork} with a store, that answers and asks. */
public final class TestNode {
  private final Host host;
  private final HeapStore store;
  private final FakeRouting routing;
  private final FakeRouting.Member member;
  private final Discovery discovery;
  private final NetworkService service;
  private Disposable serving;

  TestNode(
      Host host,
      TestNetwork network,
      NetworkConfig networkConfig,
      DiscoveryConfig discoveryConfig) {
    this.host = host;
    this.store = new HeapStore(network.scheduler());
    this.routing = network.routing();
    this.member = routing.join(host);
    this.discovery =
        Discovery.start(member, host.peerStore(), store, discoveryConfig, network.scheduler());
    this.service = NetworkService.of(host, networkConfig, network.hashing(), network.scheduler());
    this.serving =
        service.serve(store, discovery, StorePolicy.ACCEPT_ALL, (requester, cid, source) -> true);
  }

  public Host host() {
    return host;
  }

  public PeerId id() {
    return host.id();
  }

  public HeapStore store() {
    return store;
  }

  public FakeRouting.Member routing() {
    return member;
  }

  public Discovery discovery() {
    return discovery;
  }

  public NetworkService service() {
    return service;
  }

  /** Puts a provider record that says this node holds {@code cid}, whether it does or not. */
  public void claim(Cid cid) {
    routing.put(cid.multihash(), host);
  }

  /** Stops answering, and says {@link io.echonet.dds.transport.ProtocolNotSupportedException}. */
  public void stopServing() {
    serving.dispose();
  }

  /** Answers as {@code replacement} does from now on. */
  public void serve(io.echonet.dds.transport.StreamHandler replacement) {
    serving.dispose();
    serving = host.handle(NetworkService.PROTOCOL, replacement);
  }

  public int openStreams() {
    return host.connections().stream().mapToInt(connection -> connection.openStreams()).sum();
  }
}
