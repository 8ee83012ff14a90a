package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The program of the benchmarks does the same with 500 hosts. */
class DhtSwarmTest {
  private static final int HOSTS = 64;
  private static final int KEYS = 50;

  @Test
  void everyKeyIsFoundInFewHopsAndAgainWhenThirtyPercentHaveVanished() {
    try (DhtSwarm swarm = new DhtSwarm(HOSTS, 1)) {
      assertThat(swarm.provide(KEYS)).isEqualTo(20);
      assertWell(swarm.search());

      assertThat(swarm.vanish()).isEqualTo(19);
      assertWell(swarm.search());
    }
  }

  private static void assertWell(DhtSwarm.Searches searches) {
    assertThat(searches.found()).as(searches.text()).isEqualTo(KEYS);
    assertThat(searches.lookups()).hasSize(KEYS);
    assertThat((double) searches.median(Lookup::hops))
        .as(searches.text())
        .isLessThanOrEqualTo(DhtSwarm.log2(HOSTS));
  }
}
