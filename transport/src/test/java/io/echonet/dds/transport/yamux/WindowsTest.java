package io.echonet.dds.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowsTest {
  private static final int INITIAL = 262_144;

  @Test
  void aReceiveWindowTakesNoMoreThanItGranted() {
    ReceiveWindow window = new ReceiveWindow(INITIAL, INITIAL, 0);

    assertThat(window.take(INITIAL - 1)).isTrue();
    assertThat(window.take(2)).isFalse();
    assertThat(window.take(1)).isTrue();
    assertThat(window.take(1)).isFalse();
    assertThat(window.take(0xFFFFFFFFL)).isFalse();
    assertThat(window.take(0)).isTrue();
  }

  @Test
  void aGrantIsDueForHalfTheWindow() {
    ReceiveWindow window = new ReceiveWindow(INITIAL, INITIAL, 0);
    window.take(INITIAL);

    window.consume(INITIAL / 2 - 1);
    assertThat(window.isGrantDue()).isFalse();
    window.consume(1);
    assertThat(window.isGrantDue()).isTrue();
    window.consume(7);

    assertThat(window.grant()).isEqualTo(INITIAL / 2 + 7);
    assertThat(window.isGrantDue()).isFalse();
    assertThat(window.take(INITIAL / 2 + 7)).isTrue();
    assertThat(window.take(1)).isFalse();
  }

  @Test
  void aLargerWindowIsGrantedAtOnce() {
    ReceiveWindow window = new ReceiveWindow(INITIAL, INITIAL + 1_000, 0);

    assertThat(window.isGrantDue()).isTrue();
    assertThat(window.grant()).isEqualTo(1_000);
    assertThat(window.take(INITIAL + 1_000)).isTrue();
  }

  @Test
  void aReaderThatConsumesEverythingNeverLeavesTheSenderWithoutCredit() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      int size = INITIAL + random.nextInt(1_000_000);
      ReceiveWindow window = new ReceiveWindow(INITIAL, size, 0);
      for (int i = 0; i < 200; i++) {
        int bytes = 1 + random.nextInt(window.available());
        assertThat(window.take(bytes)).isTrue();
        window.consume(bytes);
        if (window.isGrantDue()) {
          window.grant();
        }
        assertThat(window.available()).isBetween(1, size);
      }
    }
  }

  @Test
  void aSendWindowHoldsWhatItsFieldOnTheWireCanSay() {
    SendWindow window = new SendWindow(INITIAL);

    assertThat(window.grow(0xFFFFFFFFL - INITIAL)).isTrue();
    assertThat(window.available()).isEqualTo(0xFFFFFFFFL);
    assertThat(window.grow(1)).isFalse();
    window.spend(1);
    assertThat(window.grow(1)).isTrue();
    assertThat(window.grow(0)).isTrue();
  }
}
