package io.echonet.dds.testing;

import io.echonet.dds.discovery.DiscoveryConfig;
import io.echonet.dds.network.NetworkConfig;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.echonet.dds.transport.testing.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Nodes in one JVM that find each other through records they share. */
public final class TestNetwork {
  /** A link that is perfect and cuts little up, which costs tests the least time. */
  public static final Link LINK = Link.PERFECT.withMaxFrameBytes(65_536);

  private final Scheduler scheduler;
  private final Scheduler hashing;
  private final InMemoryNetwork links;
  private final FakeRouting routing;
  private final List<TestNode> nodes = new ArrayList<>();

  /** A network whose everything runs on {@code scheduler}, but for hashing. */
  public TestNetwork(Scheduler scheduler, Scheduler hashing) {
    this.scheduler = scheduler;
    this.hashing = hashing;
    this.links = InMemoryNetwork.create(scheduler, 1);
    links.setDefaultLink(LINK);
    this.routing = new FakeRouting(scheduler, Duration.ofMillis(20));
  }

  public TestNode newNode() {
    return newNode(NetworkConfig.defaults());
  }

  public TestNode newNode(NetworkConfig config) {
    TestNode node = new TestNode(links.newHost(), this, config, DiscoveryConfig.defaults());
    nodes.add(node);
    return node;
  }

  public InMemoryNetwork links() {
    return links;
  }

  public FakeRouting routing() {
    return routing;
  }

  public int openStreams() {
    return nodes.stream().mapToInt(TestNode::openStreams).sum();
  }

  Scheduler scheduler() {
    return scheduler;
  }

  Scheduler hashing() {
    return hashing;
  }

  public Mono<Void> close() {
    return Mono.when(nodes.stream().map(node -> node.discovery().close()).toList())
        .then(links.close());
  }
}
