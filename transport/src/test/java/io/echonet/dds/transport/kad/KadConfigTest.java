package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KadConfigTest {
  private static final KadConfig DEFAULTS = KadConfig.defaults();

  @Test
  void theDefaultsAreThoseOfTheSpecification() {
    assertThat(DEFAULTS.protocol()).isEqualTo("/digisocialblock/kad/1.0.0");
    assertThat(DEFAULTS.k()).isEqualTo(20);
    assertThat(DEFAULTS.alpha()).isEqualTo(10);
    assertThat(DEFAULTS.walks().queryTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(DEFAULTS.upkeep().refresh()).isEqualTo(Duration.ofMinutes(10));
    assertThat(DEFAULTS.records().keep()).isEqualTo(Duration.ofDays(2));
    assertThat(DEFAULTS.inbound().maxResponseBytes()).isEqualTo(16 * 1024);
  }

  @Test
  void settingsOutOfBoundsAreRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withProtocol("kad"))
        .withMessageContaining("'kad'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withK(0))
        .withMessageContaining("k: 0");
    assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withK(257));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.walks().withPatience(Duration.ZERO))
        .withMessageContaining("patience");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.inbound().withStreams(0, 1))
        .withMessageContaining("streams");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.records().withRecords(0, 1))
        .withMessageContaining("records");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.upkeep().withRefresh(Duration.ofMinutes(-1)))
        .withMessageContaining("refresh");
  }
}
