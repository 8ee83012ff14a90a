package io.echonet.dds;

import io.echonet.dds.cache.CacheConfig;
import io.echonet.dds.chunker.Chunker;
import io.echonet.dds.chunker.ChunkerConfig;
import io.echonet.dds.chunker.HashingScheduler;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.testing.FakeRouting;
import io.echonet.dds.testing.TestContent;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.echonet.dds.transport.testing.Link;
import io.echonet.dds.transport.testing.PublisherRules;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What the engine publishes follows the rules of Reactive Streams. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublisherRulesTest {
  /** A chunk is an element; more of them would be much to hash. */
  private static final int MOST = 40;

  private static final Set<String> MORE_THAN_THERE_ARE =
      Set.of("required_spec317_mustNotSignalOnErrorWhenPendingAboveLongMaxValue");

  /** What has no elements: no range is empty, and empty content has a chunk. */
  private static final Set<String> EMPTY =
      Set.of("optional_spec105_emptyStreamMustTerminateBySignallingOnComplete");

  private final Scheduler loop = Schedulers.newSingle("network", true);
  private final Scheduler hashing = HashingScheduler.create(2);
  private final InMemoryNetwork network = InMemoryNetwork.create(loop, 1);
  private final FakeRouting routing = new FakeRouting(loop, Duration.ofMillis(1));
  private final Map<Long, TestContent> contents = new ConcurrentHashMap<>();
  private final TestDds holder = node(CacheConfig.NONE);
  private final TestDds reader = node(CacheConfig.NONE);
  private final TestDds readerWithACache = node(CacheConfig.defaults());

  PublisherRulesTest() {
    network.setDefaultLink(Link.PERFECT.withMaxFrameBytes(65_536));
  }

  private TestDds node(CacheConfig cache) {
    return new TestDds(network, routing, DdsConfig.defaults().withCache(cache), hashing, loop);
  }

  @AfterAll
  void close() {
    holder.dds().close().block(Await.TIMEOUT);
    reader.dds().close().block(Await.TIMEOUT);
    readerWithACache.dds().close().block(Await.TIMEOUT);
    network.close().block(Await.TIMEOUT);
    loop.dispose();
    hashing.dispose();
  }

  /** A content of so many buffers, at another node. */
  private Content open(TestDds by, long buffers) {
    return open(by, contents.computeIfAbsent(buffers, this::hold).cid());
  }

  private TestContent hold(long buffers) {
    int size = buffers == 0 ? 0 : Math.toIntExact((buffers - 1) * Chunk.MAX_BYTES + 2);
    TestContent content = TestContent.random(buffers, size);
    content.chunks().forEach(holder.store()::put);
    holder.store().put(content.manifest().chunk());
    routing.put(content.cid().multihash(), holder.host());
    return content;
  }

  private static Content open(TestDds by, Cid cid) {
    return Objects.requireNonNull(by.dds().retrieve(cid).block(Await.TIMEOUT));
  }

  /** A content whose first chunk is shorter than its place asks for. */
  private Content wrong() {
    Chunk shorter = Chunk.of(new byte[1_000]);
    Manifest manifest =
        TestContent.manifest(
            List.of(shorter, Chunk.of(new byte[2_000])),
            new byte[Math.toIntExact(Chunk.MAX_BYTES) + 2_000]);
    holder.store().put(shorter);
    holder.store().put(manifest.chunk());
    routing.put(manifest.cid().multihash(), holder.host());
    return open(reader, manifest.cid());
  }

  @TestFactory
  Stream<DynamicTest> theBytesOfContent() {
    return PublisherRules.of(
        environment -> new Kit(environment, count -> open(reader, count).bytes(), wrong().bytes()),
        MORE_THAN_THERE_ARE);
  }

  @TestFactory
  Stream<DynamicTest> theBytesOfARange() {
    return PublisherRules.of(
        environment ->
            new Kit(
                environment,
                count -> allButOneByte(open(readerWithACache, Math.max(1, count))),
                allButOneByte(wrong())),
        union(MORE_THAN_THERE_ARE, EMPTY));
  }

  private static Flux<ByteBuffer> allButOneByte(Content content) {
    return content.bytes(0, content.size() - 2);
  }

  @TestFactory
  Stream<DynamicTest> theChunksOfAChunker() {
    Chunker chunker = new Chunker(ChunkerConfig.defaults(), hashing);
    return PublisherRules.of(
        environment ->
            new Kit(
                environment,
                count -> chunker.chunks(pieces(count)).map(Chunk::cid),
                chunker.chunks(Flux.error(new IllegalStateException("on purpose")))),
        union(MORE_THAN_THERE_ARE, EMPTY));
  }

  private static Flux<ByteBuffer> pieces(long count) {
    return Flux.range(0, Math.toIntExact(count))
        .map(i -> ByteBuffer.allocate(Math.toIntExact(Chunk.MAX_BYTES)));
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    return Stream.of(some, others).flatMap(Set::stream).collect(Collectors.toSet());
  }

  private static final class Kit extends PublisherVerification<Object> {
    private final Function<Long, ? extends Publisher<?>> elements;
    private final Publisher<?> failed;

    Kit(
        TestEnvironment environment,
        Function<Long, ? extends Publisher<?>> elements,
        Publisher<?> failed) {
      super(environment);
      this.elements = elements;
      this.failed = failed;
    }

    @Override
    public long maxElementsFromPublisher() {
      return MOST;
    }

    @Override
    public Publisher<Object> createPublisher(long count) {
      return Flux.from(elements.apply(count)).cast(Object.class);
    }

    @Override
    public Publisher<Object> createFailedPublisher() {
      return Flux.from(failed).cast(Object.class);
    }
  }
}
