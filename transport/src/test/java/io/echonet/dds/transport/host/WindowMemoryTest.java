package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.HostContract.await;
import static io.echonet.dds.transport.testing.HostContract.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.spi.MemoryScope;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.Buffers;
import io.echonet.dds.transport.testing.HostContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class WindowMemoryTest {
  private static final int MIB = 1 << 20;

  private final Random random = new Random(1);

  private static ResourceLimits limits(long inAll, long perPeer) {
    return ResourceLimits.defaults().withMemory(new MemoryLimits(inAll, perPeer));
  }

  private PeerId peer() {
    return Identity.generate(random).peerId();
  }

  private static Multiaddr at(String ip) {
    return Multiaddr.parse("/ip4/" + ip + "/tcp/1");
  }

  @Test
  void allConnectionsTogetherHaveNoMoreThanThereIs() {
    WindowMemory memory = new WindowMemory(limits(100, 80));
    MemoryScope one = memory.of(peer(), at("1.2.3.4"));
    MemoryScope other = memory.of(peer(), at("5.6.7.8"));

    assertThat(one.reserve(60)).isEqualTo(60);
    assertThat(other.reserve(60)).isEqualTo(40);
    assertThat(other.reserve(1)).isZero();
    one.release(10);
    assertThat(other.reserve(60)).isEqualTo(10);
    assertThat(memory.taken()).isEqualTo(100);
  }

  @Test
  void aPeerHasAShareOnAllItsConnections() {
    WindowMemory memory = new WindowMemory(limits(100, 30));
    PeerId peer = peer();

    assertThat(memory.of(peer, at("1.2.3.4")).reserve(20)).isEqualTo(20);
    assertThat(memory.of(peer, at("5.6.7.8")).reserve(20)).isEqualTo(10);
    assertThat(memory.of(peer(), at("1.2.3.4")).reserve(20)).isEqualTo(20);
  }

  @Test
  void thePeersOfAPrefixShareWhatItMayHave() {
    ResourceLimits limits =
        limits(100, 30)
            .withPrefix(PrefixLimits.defaults().withMemory(40))
            .withLocalPrefix(PrefixLimits.localDefaults().withMemory(50));
    WindowMemory memory = new WindowMemory(limits);
    PeerId second = peer();

    assertThat(memory.of(peer(), at("1.2.3.4")).reserve(30)).isEqualTo(30);
    assertThat(memory.of(second, at("1.2.3.4")).reserve(30)).isEqualTo(10);
    assertThat(memory.of(second, at("127.0.0.1")).reserve(30)).isEqualTo(20);
    assertThat(memory.of(peer(), at("127.0.0.1")).reserve(30)).isEqualTo(30);
    assertThat(memory.taken()).isEqualTo(90);
  }

  @Test
  void manyThreadsNeverHaveMoreThanThereIs() throws Exception {
    WindowMemory memory = new WindowMemory(limits(1_000, 400));
    List<MemoryScope> scopes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      scopes.add(memory.of(peer(), at("1.2.3." + i)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int seed = i;
        tasks.add(() -> takeAndGiveBack(memory, scopes, new Random(seed)));
      }
      for (Future<Long> done : threads.invokeAll(tasks)) {
        assertThat(done.get()).isLessThanOrEqualTo(1_000);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(memory.taken()).isZero();
    assertThat(scopes.get(0).reserve(2_000)).isEqualTo(400);
  }

  private static long takeAndGiveBack(
      WindowMemory memory, List<MemoryScope> scopes, Random random) {
    int[] held = new int[scopes.size()];
    long most = 0;
    for (int i = 0; i < 20_000; i++) {
      int which = random.nextInt(held.length);
      held[which] += scopes.get(which).reserve(1 + random.nextInt(200));
      most = Math.max(most, memory.taken());
      int back = random.nextInt(held[which] + 1);
      scopes.get(which).release(back);
      held[which] -= back;
    }
    for (int which = 0; which < held.length; which++) {
      scopes.get(which).release(held[which]);
    }
    return most;
  }

  private static DefaultHost host(ResourceLimits limits) {
    DefaultHost host =
        (DefaultHost)
            await(
                Hosts.create(
                    Identity.generate(),
                    HostConfig.defaults().withEventLoops(1).withLimits(limits)));
    host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).block(Await.TIMEOUT);
    host.handle(HostContract.ECHO, HostContract.ECHO_HANDLER);
    return host;
  }

  private static Stream open(Connection connection, int window) {
    return await(connection.newStream(new StreamOptions(window), List.of(HostContract.ECHO)));
  }

  @Test
  void theMemoryOfAHostComesBackWithItsConnections() {
    DefaultHost host = host(limits(20 * MIB, 18 * MIB));
    DefaultHost peer = host(ResourceLimits.defaults());
    try {
      Connection connection = connect(host, peer);
      Stream first = open(connection, 16 * MIB);
      assertThat(host.windowMemory()).isEqualTo(16 * MIB - StreamOptions.INITIAL_WINDOW_BYTES);
      open(connection, 16 * MIB);
      assertThat(host.windowMemory()).isEqualTo(18 * MIB);

      first.reset();
      Await.until(
          "the stream's memory is back",
          () -> host.windowMemory() == 2 * MIB + StreamOptions.INITIAL_WINDOW_BYTES);
      connection.close().block(Await.TIMEOUT);
      Await.until("all memory is back", () -> host.windowMemory() == 0);
    } finally {
      Mono.when(host.close(), peer.close()).block(Await.TIMEOUT);
    }
  }

  @Test
  void hostsWithoutMemoryTransferAllTheSame() {
    DefaultHost host = host(limits(0, 0));
    DefaultHost peer = host(limits(0, 0));
    try {
      byte[] bytes = Buffers.random(1, 2 * MIB);
      Stream stream = open(connect(host, peer), MIB);
      Mono<Void> sent = stream.send(Buffers.cut(bytes, 20_000)).then(stream.closeWrite());
      byte[] echoed = await(Mono.zip(sent.thenReturn(1), Buffers.all(stream.receive()))).getT2();

      assertThat(echoed).isEqualTo(bytes);
      assertThat(host.windowMemory() + peer.windowMemory()).isZero();
    } finally {
      Mono.when(host.close(), peer.close()).block(Await.TIMEOUT);
    }
  }
}
