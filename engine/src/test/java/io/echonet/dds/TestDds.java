package io.echonet.dds;

import io.echonet.dds.content.Cid;
import io.echonet.dds.keeping.Keeper;
import io.echonet.dds.keeping.KeepingConfig;
import io.echonet.dds.keeping.Roots;
import io.echonet.dds.network.NetworkService;
import io.echonet.dds.testing.FakeRouting;
import io.echonet.dds.testing.HeapStore;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import java.util.List;
import java.util.Random;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A whole node on an in-memory network. */
final class TestDds {
  private final Host host;
  private final HeapStore store;
  private final Keeper keeper;
  private final Dds dds;

  TestDds(
      InMemoryNetwork network,
      FakeRouting routing,
      DdsConfig config,
      Scheduler hashing,
      Scheduler scheduler) {
    host = network.newHost();
    store = new HeapStore(scheduler);
    keeper = Keeper.of(store, Roots.inMemory(), KeepingConfig.defaults(), scheduler);
    FakeRouting.Member member = routing.join(host);
    dds =
        DdsNode.start(
            host,
            member,
            member,
            keeper,
            config,
            hashing,
            scheduler,
            new Random(host.id().hashCode()));
  }

  Dds dds() {
    return dds;
  }

  Host host() {
    return host;
  }

  PeerId id() {
    return host.id();
  }

  PeerInfo info() {
    return new PeerInfo(host.id(), host.announcedAddresses());
  }

  HeapStore store() {
    return store;
  }

  boolean holds(Cid cid) {
    return store.holds(cid);
  }

  boolean holdsAll(List<Cid> cids) {
    return cids.stream().allMatch(store::holds);
  }

  /** Connects, and learns what the other speaks as identify would tell. */
  Mono<Void> meet(TestDds other) {
    InMemoryNetwork.introduce(host, other.host);
    host.peerStore().setProtocols(other.id(), List.of(NetworkService.PROTOCOL));
    return host.connect(other.id()).then();
  }
}
