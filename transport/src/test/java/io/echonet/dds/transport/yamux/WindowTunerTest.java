package io.echonet.dds.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTunerTest {
  private static final int INITIAL = 262_144;
  private static final int MAX = 16 * 1024 * 1024;
  private static final long ROUND_TRIP = 100_000_000;

  private final TestMemory memory = new TestMemory(4 * MAX);
  private final WindowTuner tuner = new WindowTuner(new WindowTuning(MAX, 2 * MAX), memory);
  private long now;

  private ReceiveWindow window() {
    return tuner.open(INITIAL, now);
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
    WindowTuner small = new WindowTuner(new WindowTuning(MAX, 3 * INITIAL), memory);
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
  void whatAWindowIsBeyondTheProtocolsIsReserved() {
    ReceiveWindow asked = tuner.open(INITIAL + 1_000, now);
    ReceiveWindow grown = window();
    pass(grown, ROUND_TRIP);

    assertThat(asked.size()).isEqualTo(INITIAL + 1_000);
    assertThat(memory.taken()).isEqualTo(INITIAL + 1_000);

    tuner.release(asked);
    assertThat(memory.taken()).isEqualTo(INITIAL);
    tuner.release(grown);
    tuner.release(grown);
    assertThat(memory.taken()).isZero();
    assertThat(tuner.growth()).isZero();
  }

  @Test
  void whereMemoryIsUsedUpWindowsStayAsTheyAre() {
    TestMemory little = new TestMemory(INITIAL + 10);
    WindowTuner starved = new WindowTuner(new WindowTuning(MAX, MAX), little);
    ReceiveWindow first = starved.open(INITIAL + 10, now);
    ReceiveWindow second = starved.open(2 * INITIAL, now);
    ReceiveWindow third = starved.open(2 * INITIAL, now);
    assertThat(first.size()).isEqualTo(INITIAL + 10);
    assertThat(second.size()).isEqualTo(2 * INITIAL);
    assertThat(third.size()).isEqualTo(INITIAL);

    for (ReceiveWindow window : new ReceiveWindow[] {first, second, third}) {
      int size = window.size();
      window.grant();
      now += ROUND_TRIP / 10;
      window.take(window.available());
      window.consume(window.queued());
      starved.tune(window, now, ROUND_TRIP);
      assertThat(window.size()).isEqualTo(size);
      assertThat(window.grant()).isEqualTo(size);
    }

    starved.release(second);
    now += ROUND_TRIP / 10;
    third.take(third.available());
    third.consume(third.queued());
    starved.tune(third, now, ROUND_TRIP);
    assertThat(third.size()).isEqualTo(2 * INITIAL);
  }

  @Test
  void aWindowThatShrinksIsReservedUntilThePeerHasSpentIt() {
    ReceiveWindow window = window();
    pass(window, ROUND_TRIP);
    window.take(2 * INITIAL);
    window.consume(INITIAL);
    tuner.tune(window, now + 2 * ROUND_TRIP, ROUND_TRIP);

    assertThat(window.size()).isEqualTo(INITIAL);
    assertThat(window.queued()).isEqualTo(INITIAL);
    assertThat(memory.taken()).isZero();

    ReceiveWindow granted = window();
    pass(granted, ROUND_TRIP);
    granted.take(3 * INITIAL / 2);
    granted.consume(INITIAL / 2);
    tuner.tune(granted, now, ROUND_TRIP);
    granted.grant();
    granted.take(INITIAL);
    granted.consume(INITIAL / 2);
    tuner.tune(granted, now, ROUND_TRIP);

    assertThat(granted.size()).isEqualTo(INITIAL);
    assertThat(granted.available() + granted.queued()).isGreaterThan(INITIAL);
    assertThat(memory.taken()).isEqualTo(granted.available() + granted.queued() - INITIAL);

    granted.consume(granted.queued());
    tuner.tune(granted, now + 2 * ROUND_TRIP, ROUND_TRIP);
    assertThat(memory.taken()).isZero();
  }

  @Test
  void theRoundTripIsAskedForOnlyWhereItMatters() {
    ReceiveWindow window = window();
    assertThat(tuner.tune(window, now, 0)).isFalse();
    window.take(INITIAL);
    window.consume(INITIAL);
    assertThat(tuner.tune(window, now, 0)).isTrue();

    WindowTuner none = new WindowTuner(WindowTuning.none(), memory);
    ReceiveWindow fixed = window();
    fixed.take(INITIAL);
    fixed.consume(INITIAL);
    assertThat(none.tune(fixed, now, 0)).isFalse();
  }
}
