package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.cache.CacheConfig;
import io.echonet.dds.cache.ChunkCache;
import io.echonet.dds.content.ByteRange;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.testing.TestContent;
import io.echonet.dds.testing.TestNetwork;
import io.echonet.dds.testing.TestNode;
import io.echonet.dds.testing.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;

/** Parts of contents over the in-memory network, in virtual time. */
class RangeTest {
  private static final int SIZE = 1_500_000;
  private static final int LAST_CHUNK = 5;
  private static final int CHUNK = 262_144;

  private final VirtualTime time = new VirtualTime();
  private final TestNetwork network = new TestNetwork(time.scheduler(), time.scheduler());
  private final TestNode asker = network.newNode();
  private final TestNode holder = network.newNode();
  private final TestContent content = TestContent.random(1, SIZE);
  private final Retrieval retrieval = open();

  private Retrieval open() {
    content.putInto(holder);
    return open(content.cid());
  }

  private Retrieval open(Cid cid) {
    Retriever retriever =
        Retriever.of(
            asker.store(),
            asker.service(),
            asker.discovery(),
            RetrievalConfig.defaults(),
            ChunkCache.of(CacheConfig.NONE, time.scheduler()),
            time.scheduler(),
            time.scheduler(),
            new Random(1));
    return time.get(retriever.open(cid));
  }

  @AfterEach
  void close() {
    time.until("no stream is left", () -> network.openStreams() == 0);
    time.run(network.close());
  }

  private byte[] bytes(long from, long to) {
    return time.get(TestContent.join(retrieval.bytes(new ByteRange(from, to))));
  }

  private long chunksReceived() {
    return retrieval.statistics().peers().values().stream()
        .mapToLong(RetrievalStatistics.PeerStatistics::chunksReceived)
        .sum();
  }

  @ParameterizedTest(name = "{0} to {1}: {2} chunks")
  @CsvSource({
    "0, 0, 1",
    "0, 262143, 1",
    "0, 262144, 2",
    "262143, 262144, 2",
    "262144, 524287, 1",
    "100, 1_000_000, 4",
    "1_499_999, 1_499_999, 1",
    "1_310_720, 1_499_999, 1",
    "1, 1_499_999, 6",
    "0, 1_499_999, 6",
  })
  void aRangeCostsTheChunksThatItTouches(String from, String to, int chunks) {
    int first = Integer.parseInt(from.replace("_", ""));
    int last = Integer.parseInt(to.replace("_", ""));
    long manifest = chunksReceived();

    assertThat(bytes(first, last)).isEqualTo(Arrays.copyOfRange(content.bytes(), first, last + 1));

    assertThat(chunksReceived() - manifest).isEqualTo(chunks);
    assertThat(retrieval.statistics().bytesDelivered()).isEqualTo(last - first + 1L);
  }

  @ParameterizedTest
  @CsvSource({"-1, 5", "5, 4", "0, 1500000", "1500000, 1500000", "0, 9223372036854775807"})
  void whatIsNotWithinTheContentIsAnArgumentErrorBeforeAnythingIsAsked(long from, long to) {
    long before = chunksReceived();

    assertThatThrownBy(() -> retrieval.bytes(new ByteRange(from, to)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(to));

    time.pass(Duration.ofSeconds(1));
    assertThat(chunksReceived()).isEqualTo(before);
    assertThat(network.openStreams()).isZero();
  }

  @Test
  void nothingOfAnEmptyContentIsWithinIt() {
    TestContent empty = TestContent.random(2, 0);
    empty.putInto(asker);
    Retrieval none = open(empty.cid());

    assertThatThrownBy(() -> none.bytes(new ByteRange(0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 bytes");
  }

  @Test
  void aRangeThatIsTheWholeIsHeldToTheHashOfTheWhole() {
    byte[] other = content.bytes().clone();
    other[5] ^= 1;
    Manifest wrong = TestContent.manifest(content.chunks(), other);
    holder.store().put(wrong.chunk());
    holder.claim(wrong.cid());
    Retrieval whole = open(wrong.cid());

    assertThat(time.error(whole.bytes(new ByteRange(0, SIZE - 1)).then()))
        .isInstanceOf(IntegrityException.class);
    assertThat(time.get(TestContent.join(whole.bytes(new ByteRange(1, SIZE - 1)))))
        .isEqualTo(Arrays.copyOfRange(content.bytes(), 1, SIZE));
  }

  @Test
  void rangesAtTheSameTimeAreEachWhatTheyShouldBe() {
    List<ByteBuffer> tail = new ArrayList<>();
    Disposable other =
        retrieval.bytes(new ByteRange((long) LAST_CHUNK * CHUNK, SIZE - 1)).subscribe(tail::add);

    assertThat(bytes(0, 99)).isEqualTo(Arrays.copyOf(content.bytes(), 100));

    time.until("the other range has ended", other::isDisposed);
    assertThat(tail.stream().mapToInt(ByteBuffer::remaining).sum())
        .isEqualTo(SIZE - LAST_CHUNK * CHUNK);
  }

  @Test
  void aRangeThatIsCancelledAsksForNothingMore() {
    List<ByteBuffer> seen = new ArrayList<>();
    retrieval.bytes(new ByteRange(0, SIZE - 1)).take(1).subscribe(seen::add);
    time.until("the first buffer is here", () -> !seen.isEmpty());
    long received = retrieval.statistics().bytesReceived();

    time.until("no stream is left", () -> network.openStreams() == 0);
    time.pass(Duration.ofSeconds(1));

    assertThat(retrieval.statistics().bytesReceived()).isEqualTo(received);
    assertThat(seen).hasSize(1);
  }
}
