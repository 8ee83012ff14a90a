package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.transport.PeerInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class PeerSearchTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final AtomicInteger walks = new AtomicInteger();
  private final Cid content = Cid.hash(ByteBuffer.allocate(1));
  private Flux<PeerInfo> walk = Flux.never();
  private long decisions;
  private final PeerSearch search =
      new PeerSearch(new Walking(), content, RetrievalConfig.defaults(), time, peer -> true);

  /** A discovery of which walks alone are asked. */
  private final class Walking implements Discovery {
    @Override
    public Flux<PeerInfo> findProviders(Cid cid) {
      return Flux.defer(
          () -> {
            walks.incrementAndGet();
            return walk;
          });
    }

    @Override
    public void announce(Chunk chunk) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int pendingAnnouncements() {
      return 0;
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }
  }

  @Test
  void oneWalkAtATimeIsMade() {
    search.run(content, true, ++decisions);
    search.run(content, true, ++decisions);
    assertThat(walks).hasValue(1);
  }

  @Test
  void aWalkThatHasEndedIsFollowedByAPause() {
    walk = Flux.empty();
    search.run(content, false, ++decisions);
    search.run(content, false, ++decisions);
    assertThat(walks).hasValue(1);
    time.advanceTimeBy(Duration.ofSeconds(2));
    search.run(content, false, ++decisions);
    assertThat(walks).hasValue(2);
  }

  @Test
  void aWalkThatWasStoppedIsMadeAgainAtOnce() {
    search.run(content, false, ++decisions);
    search.stop(++decisions);
    search.run(content, false, ++decisions);
    assertThat(walks).hasValue(2);
  }

  @Test
  void whatWasDecidedEarlierAndComesLateHasNoEffect() {
    search.run(content, false, 2);
    search.stop(1);
    search.run(content, false, 3);
    assertThat(walks).hasValue(1);
    search.stop(5);
    search.run(content, false, 4);
    assertThat(walks).hasValue(1);
  }
}
