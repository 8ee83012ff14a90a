package io.echonet.dds.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTunerTest {
  private static final int INITIAL = 262_144;
  private static final int MAX = 16 * 1024 * 1024;
  private static final long ROUND_TRIP = 100_000_000;

  private final WindowTuner tuner = new WindowTuner(new WindowTuning(MAX, 2 * MAX));
  private long now;

  private ReceiveWindow window() {
    return new ReceiveWindow(INITIAL, INITIAL, now);
  }

  /** A window's worth arrives, is read, and is granted anew, in {@code nanos}. */
  private void pass(ReceiveWindow window, long nanos) {
    now += nanos;
    int bytes = window.available();
    assertThat(window.take(bytes)).isTrue();
    window.consume(bytes);
    tuner.tune(window, now, ROUND_TRIP);
    window.grant();
  }

  @Test
  void aWindowThatPassesInARoundTripGrowsToItsLimit() {
    ReceiveWindow window = window();
    for (int i = 0; i < 6; i++) {
      int before = window.size();
      pass(window, ROUND_TRIP);
      assertThat(window.size()).isEqualTo(2 * before);
      assertThat(window.available()).isEqualTo(window.size());
    }
    pass(window, ROUND_TRIP);
    assertThat(window.size()).isEqualTo(MAX);
  }

  @Test
  void aWindowThatIsLargeEnoughStaysAsItIs() {
    ReceiveWindow window = window();
    for (int i = 0; i < 10; i++) {
      pass(window, 2 * ROUND_TRIP);
    }
    assertThat(window.size()).isEqualTo(INITIAL);
  }

  @Test
  void aReaderThatFallsBehindLosesWhatItsWindowHadGrownBy() {
    ReceiveWindow window = window();
    pass(window, ROUND_TRIP);
    pass(window, ROUND_TRIP);
    assertThat(tuner.growth()).isEqualTo(3 * INITIAL);

    // It is read again half a window at a time, while as much waits.
    window.take(window.available());
    for (int i = 0; i < 4; i++) {
      now += ROUND_TRIP;
      window.consume(window.queued() / 2);
      tuner.tune(window, now, ROUND_TRIP);
      assertThat(window.take(window.grant())).isTrue();
    }

    assertThat(window.size()).isEqualTo(INITIAL);
    assertThat(tuner.growth()).isZero();
    assertThat(window.queued()).isLessThanOrEqualTo(INITIAL * 4);
  }

  @Test
  void aWindowThatShrankTakesNothingBack() {
    ReceiveWindow window = window();
    pass(window, ROUND_TRIP);
    window.take(100);
    window.resize(INITIAL);

    assertThat(window.isGrantDue()).isFalse();
    assertThat(window.grant()).isZero();
    assertThat(window.take(2 * INITIAL - 100)).isTrue();
    window.consume(2 * INITIAL);
    assertThat(window.grant()).isEqualTo(INITIAL);
    assertThat(window.available()).isEqualTo(INITIAL);
  }

  @Test
  void theWindowsOfAConnectionGrowByNoMoreThanItsLimit() {
    WindowTuner small = new WindowTuner(new WindowTuning(MAX, 3 * INITIAL));
    ReceiveWindow first = window();
    ReceiveWindow second = window();
    for (ReceiveWindow window : new ReceiveWindow[] {first, first, second, second}) {
      now += ROUND_TRIP / 10;
      window.take(window.available());
      window.consume(window.queued());
      small.tune(window, now, ROUND_TRIP);
      window.grant();
    }
    assertThat(first.size() + second.size()).isEqualTo(5 * INITIAL);
    assertThat(small.growth()).isEqualTo(3 * INITIAL);

    small.release(first);

    assertThat(small.growth()).isEqualTo(second.size() - INITIAL);
  }

  @Test
  void theRoundTripIsAskedForOnlyWhereItMatters() {
    ReceiveWindow window = window();
    assertThat(tuner.tune(window, now, 0)).isFalse();
    window.take(INITIAL);
    window.consume(INITIAL);
    assertThat(tuner.tune(window, now, 0)).isTrue();

    WindowTuner none = new WindowTuner(WindowTuning.none());
    ReceiveWindow fixed = window();
    fixed.take(INITIAL);
    fixed.consume(INITIAL);
    assertThat(none.tune(fixed, now, 0)).isFalse();
  }
}
