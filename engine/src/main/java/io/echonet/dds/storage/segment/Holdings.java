package io.echonet.dds.storage.segment;

import io.echonet.dds.storage.Holding;
import java.util.EnumSet;
import java.util.Set;

/** Reasons to hold a chunk as they stand in files and in the index: a bit each. */
final class Holdings {
  static final int BITS = 2;

  private Holdings() {}

  static int of(Holding holding) {
    return switch (holding) {
      case OWN -> 1;
      case FOR_OTHERS -> 2;
    };
  }

  static boolean isValid(int bits) {
    return bits > 0 && bits < 1 << BITS;
  }

  static Set<Holding> set(int bits) {
    Set<Holding> holdings = EnumSet.noneOf(Holding.class);
    for (Holding holding : Holding.values()) {
      if ((bits & of(holding)) != 0) {
        holdings.add(holding);
      }
    }
    return holdings;
  }
}
