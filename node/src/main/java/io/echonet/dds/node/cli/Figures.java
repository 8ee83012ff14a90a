package io.echonet.dds.node.cli;

import java.time.Duration;
import java.util.Locale;

/** Sizes, times and rates as people read them. */
final class Figures {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};

  private Figures() {}

  /** A size in decimal units: {@code 512 B}, {@code 128.7 MB}. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    do {
      value /= 1000;
      unit++;
      // 999,950 would be rounded to 1000.0 of the smaller unit.
    } while (value >= 999.95 && unit < UNITS.length - 1);
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  /** A size with the exact number where that says more: {@code 128.7 MB (128,651,445 bytes)}. */
  static String exactBytes(long bytes) {
    return bytes < 1000
        ? bytes(bytes)
        : String.format(Locale.ROOT, "%s (%,d bytes)", bytes(bytes), bytes);
  }

  /** A time in seconds: {@code 0.42 s}, {@code 12.3 s}. */
  static String seconds(Duration time) {
    double seconds = inSeconds(time);
    return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
  }

  static double inSeconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  /** How fast that was: {@code 101.3 MB/s}. */
  static String rate(long bytes, Duration time) {
    return String.format(Locale.ROOT, "%.1f MB/s", megabytesPerSecond(bytes, time));
  }

  static double megabytesPerSecond(long bytes, Duration time) {
    return time.isZero() ? 0 : bytes / 1e6 / inSeconds(time);
  }

  /** {@code 1 peer}, {@code 3 peers}. */
  static String count(long number, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
  }
}
