package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class FetchAheadTest {
  private final List<Integer> begun = new ArrayList<>();
  private final List<Disposable> turns = new ArrayList<>();
  private long window = 3 * Chunk.MAX_BYTES + 5;
  private final FetchAhead ahead = new FetchAhead(() -> window);

  private void chunks(int count) {
    for (int i = 0; i < count; i++) {
      int place = i;
      turns.add(ahead.turn(place).subscribe(none -> {}, error -> {}, () -> begun.add(place)));
    }
  }

  @Test
  void theFirstBeginsAlone() {
    chunks(5);
    assertThat(begun).containsExactly(0);
    ahead.arrived();
    assertThat(begun).containsExactly(0, 1, 2);
  }

  @Test
  void anotherBeginsWhenOneHasBeenTaken() {
    chunks(5);
    ahead.arrived();
    ahead.taken();
    assertThat(begun).containsExactly(0, 1, 2, 3);
    ahead.arrived();
    assertThat(begun).containsExactly(0, 1, 2, 3);
  }

  @Test
  void theWindowMayGrowAndShrink() {
    chunks(9);
    ahead.arrived();
    window = 5 * Chunk.MAX_BYTES;
    ahead.arrived();
    assertThat(begun).containsExactly(0, 1, 2, 3, 4);
    window = 2 * Chunk.MAX_BYTES;
    for (int i = 0; i < 3; i++) {
      ahead.taken();
    }
    assertThat(begun).containsExactly(0, 1, 2, 3, 4);
    ahead.taken();
    assertThat(begun).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void oneAtATimeIsTheLeast() {
    window = 0;
    chunks(3);
    ahead.arrived();
    assertThat(begun).containsExactly(0);
    ahead.taken();
    assertThat(begun).containsExactly(0, 1);
  }

  @Test
  void whoIsCancelledDoesNotBegin() {
    chunks(4);
    turns.get(2).dispose();
    ahead.arrived();
    ahead.taken();
    assertThat(begun).containsExactly(0, 1, 3);
  }

  @Test
  void readingsShareWhatTheyMayFetchAhead() {
    WindowShares shares = new WindowShares(12);
    assertThat(shares.share()).isEqualTo(12);
    shares.join();
    shares.join();
    shares.join();
    assertThat(shares.share()).isEqualTo(4);
    shares.leave();
    assertThat(shares.share()).isEqualTo(6);
  }
}
