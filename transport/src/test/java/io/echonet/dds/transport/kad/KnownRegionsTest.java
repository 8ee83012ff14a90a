package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownRegionsTest {
  private static final int K = 20;

  private final Random random = new Random(11);
  private final KnownRegions regions = new KnownRegions(K);

  @Test
  void beforeAnyWalkNothingIsSure() {
    KadKey key = RandomPeers.key(random);

    assertThat(regions.closest(key)).isEmpty();
    assertThat(regions.gap(key)).isEmpty();
    assertThat(regions.servedByGap(key)).isEmpty();
  }

  @Test
  void aWalkThatFoundFewerThanKServesEveryKey() {
    List<Contact> everybody = RandomPeers.contacts(K - 1, random);
    KadKey walked = RandomPeers.key(random);
    regions.onWalk(walked, RandomPeers.nearest(everybody, walked, K));

    for (int i = 0; i < 50; i++) {
      KadKey key = RandomPeers.key(random);
      assertThat(regions.closest(key)).hasValue(RandomPeers.nearest(everybody, key, K));
      assertThat(regions.gap(key)).isEmpty();
    }
  }

  @Test
  void aWalkThatFoundNobodyServesEveryKeyWithNobody() {
    regions.onWalk(RandomPeers.key(random), List.of());

    assertThat(regions.closest(RandomPeers.key(random))).hasValue(List.of());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatIsSureIsTrueAndWhatIsMissingIsLearntByWalkingToTheGaps(long seed) {
    Random seeded = new Random(seed);
    List<Contact> everybody = RandomPeers.contacts(50 + seeded.nextInt(1500), seeded);
    int walks = 0;
    List<KadKey> keys = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      keys.add(RandomPeers.key(seeded));
    }
    keys.sort(null);

    for (KadKey key : keys) {
      while (regions.closest(key).isEmpty()) {
        KadKey target = regions.gap(key).map(gap -> inside(gap, seeded)).orElse(key);
        regions.onWalk(target, RandomPeers.nearest(everybody, target, K));
        walks++;
      }
      assertThat(regions.closest(key)).hasValue(RandomPeers.nearest(everybody, key, K));
    }

    // Some peers per walk: far fewer walks than keys unless peers are many times the keys.
    assertThat(walks).isLessThan(5 + everybody.size() / 4);
    for (int i = 0; i < 150; i++) {
      KadKey key = RandomPeers.key(seeded);
      regions
          .closest(key)
          .ifPresent(sure -> assertThat(sure).isEqualTo(RandomPeers.nearest(everybody, key, K)));
    }
  }

  @Test
  void theGapIsNeverInWhatIsKnown() {
    List<Contact> everybody = RandomPeers.contacts(2000, random);
    for (int i = 0; i < 100; i++) {
      KadKey target = RandomPeers.key(random);
      regions.onWalk(target, RandomPeers.nearest(everybody, target, K));
      KadKey key = RandomPeers.key(random);
      Optional<Prefix> gap = regions.gap(key);
      if (gap.isPresent()) {
        KadKey within = inside(gap.get(), random);
        assertThat(regions.gap(within)).isEmpty();
        assertThat(regions.closest(within)).isEmpty();
        assertThat(regions.servedByGap(key))
            .hasValueSatisfying(
                served -> {
                  assertThat(served.contains(key)).isTrue();
                  assertThat(served.contains(gap.get())).isTrue();
                });
      }
    }
  }

  private static KadKey inside(Prefix region, Random random) {
    KadKey noise = RandomPeers.key(random);
    return region.start().distance(noise.distance(noise.truncate(region.bits())));
  }
}
