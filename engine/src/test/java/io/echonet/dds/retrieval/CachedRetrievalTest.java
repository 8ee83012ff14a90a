package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.cache.CacheConfig;
import io.echonet.dds.cache.CacheStatistics;
import io.echonet.dds.cache.ChunkCache;
import io.echonet.dds.content.ByteRange;
import io.echonet.dds.testing.TestContent;
import io.echonet.dds.testing.TestNetwork;
import io.echonet.dds.testing.TestNode;
import io.echonet.dds.testing.VirtualTime;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/** Readers of the same content, who share what is fetched, in virtual time. */
class CachedRetrievalTest {
  private static final int SIZE = 3_000_000;

  private final VirtualTime time = new VirtualTime();
  private final TestNetwork network = new TestNetwork(time.scheduler(), time.scheduler());
  private final TestNode asker = network.newNode();
  private final TestNode holder = network.newNode();
  private final TestContent content = TestContent.random(1, SIZE);
  private final ChunkCache cache = ChunkCache.of(CacheConfig.defaults(), time.scheduler());
  private final Retriever retriever =
      Retriever.of(
          asker.store(),
          asker.service(),
          asker.discovery(),
          RetrievalConfig.defaults(),
          cache,
          time.scheduler(),
          time.scheduler(),
          new Random(1));

  @AfterEach
  void close() {
    time.until("no stream is left", () -> network.openStreams() == 0);
    time.run(network.close());
  }

  private Retrieval open() {
    return time.get(retriever.open(content.cid()));
  }

  private static long received(Retrieval... retrievals) {
    return Stream.of(retrievals).mapToLong(each -> each.statistics().bytesReceived()).sum();
  }

  @Test
  void whatIsReadAgainIsNotFetchedAgain() {
    content.putInto(holder);
    Retrieval first = open();
    assertThat(time.get(TestContent.join(first.bytes()))).isEqualTo(content.bytes());
    long received = received(first);

    Retrieval second = open();
    assertThat(time.get(TestContent.join(second.bytes()))).isEqualTo(content.bytes());
    time.get(TestContent.join(first.bytes(new ByteRange(1_000_000, 2_000_000))));

    assertThat(received(first)).isEqualTo(received);
    assertThat(received(second)).isZero();
    assertThat(second.statistics().bytesFromCache()).isEqualTo(SIZE);
  }

  @Test
  void readersAtTheSameTimeShareEveryFetch() {
    content.putInto(holder);
    List<Retrieval> retrievals = Stream.generate(this::open).limit(10).toList();
    long before = received(retrievals.toArray(Retrieval[]::new));
    List<byte[]> got = new ArrayList<>();

    retrievals.forEach(each -> TestContent.join(each.bytes()).subscribe(got::add));
    time.until("all have read it", () -> got.size() == 10);

    assertThat(got).allMatch(bytes -> Arrays.equals(bytes, content.bytes()));
    assertThat(received(retrievals.toArray(Retrieval[]::new)) - before).isEqualTo(SIZE);
    CacheStatistics statistics = cache.statistics();
    assertThat(statistics.misses()).isEqualTo(1 + content.chunks().size());
    assertThat(statistics.hits() + statistics.joined())
        .isEqualTo(9L * (1 + content.chunks().size()));
  }

  /** The one who began a fetch may stop reading, or may never have asked for more. */
  @Test
  void nobodyWaitsForAnotherReadersDemand() {
    content.putInto(holder);
    BaseSubscriber<ByteBuffer> lazy =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
          }
        };
    open().bytes().subscribe(lazy);
    Mono<byte[]> other = TestContent.join(open().bytes());
    Disposable third = open().bytes().subscribe();
    third.dispose();

    assertThat(time.get(other)).isEqualTo(content.bytes());
    lazy.cancel();
  }

  @Test
  void oneWhoLeavesTakesNothingFromTheOthers() {
    content.putInto(holder);
    Disposable first = open().bytes().subscribe();
    Mono<byte[]> second = TestContent.join(open().bytes());
    List<byte[]> got = new ArrayList<>();
    second.subscribe(got::add);
    first.dispose();

    time.until("the other has read it", () -> !got.isEmpty());
    assertThat(got.get(0)).isEqualTo(content.bytes());
  }
}
