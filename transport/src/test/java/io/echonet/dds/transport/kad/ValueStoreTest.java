package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueStoreTest {
  private static final Instant NOW = Instant.EPOCH.plus(Duration.ofDays(365));
  private static final ByteString VALUE = ByteString.copyFromUtf8("value");
  private static final ByteString OTHER = ByteString.copyFromUtf8("other");

  private final KadKey self = RandomPeers.key(new Random(6));
  private final ByteString key = ByteString.copyFromUtf8("/x/1");

  @Test
  void aValueIsServedUntilItExpires() {
    ValueStore store = new ValueStore(self, ValueConfig.DEFAULTS);
    store.replace(key, null, VALUE, NOW);

    Instant end = NOW.plus(ValueConfig.DEFAULTS.keep());
    assertThat(store.get(key, end.minusMillis(1)).orElseThrow())
        .isEqualTo(new ValueRecord(key, VALUE, "1971-01-01T00:00:00.000000000Z"));
    assertThat(store.get(key, end)).isEmpty();
    store.expire(end.minusMillis(1));
    assertThat(store.size()).isEqualTo(1);
    store.expire(end);
    assertThat(store.size()).isZero();
  }

  @Test
  void aValueIsReplacedOnlyWhereTheOneSeenIsStillKept() {
    ValueStore store = new ValueStore(self, ValueConfig.DEFAULTS);

    assertThat(store.replace(key, VALUE, OTHER, NOW)).isFalse();
    assertThat(store.replace(key, null, VALUE, NOW)).isTrue();
    assertThat(store.replace(key, null, OTHER, NOW)).isFalse();
    assertThat(store.replace(key, VALUE, OTHER, NOW)).isTrue();
    assertThat(store.get(key, NOW).orElseThrow().value()).isEqualTo(OTHER);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void whatIsFarthestAwayGoesFirst() {
    List<ByteString> keys = new ArrayList<>();
    ValueStore store = new ValueStore(self, ValueConfig.DEFAULTS.withLimits(10, 1_000_000));
    for (int i = 0; i < 50; i++) {
      keys.add(ByteString.copyFromUtf8("/x/" + i));
      store.replace(keys.get(i), null, VALUE, NOW);
    }

    keys.sort(Comparator.comparing(it -> self.distance(KadKey.hash(it.toByteArray()))));
    assertThat(store.size()).isEqualTo(10);
    assertThat(keys.subList(0, 10)).allMatch(it -> store.get(it, NOW).isPresent());
  }

  @Test
  void bytesAreBoundedToo() {
    ValueStore store = new ValueStore(self, ValueConfig.DEFAULTS.withLimits(1000, 3000));
    for (int i = 10; i < 60; i++) {
      store.replace(
          ByteString.copyFromUtf8("/x/" + i), null, ByteString.copyFrom(new byte[995]), NOW);
    }
    assertThat(store.size()).isEqualTo(3);
  }
}
