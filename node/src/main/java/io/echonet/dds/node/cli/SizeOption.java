package io.echonet.dds.node.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** A number of bytes as it is typed: {@code 512MiB}, {@code 20GB}, {@code 1048576}. */
record SizeOption(long bytes) {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})(|[kKMGT]i?)B?");
  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L,
          "K", 1_000L,
          "M", 1_000_000L,
          "G", 1_000_000_000L,
          "T", 1_000_000_000_000L,
          "KI", 1L << 10,
          "MI", 1L << 20,
          "GI", 1L << 30,
          "TI", 1L << 40);

  /**
   * Reads {@code text}: whole numbers, decimal and binary units.
   *
   * @throws TypeConversionException where it is no size, or more than there can be
   */
  static SizeOption parse(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no size; write a number and its unit, such as 512MiB or 20GB");
    }
    try {
      long unit = Objects.requireNonNull(UNITS.get(matcher.group(2).toUpperCase(Locale.ROOT)));
      return new SizeOption(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
    } catch (ArithmeticException e) {
      throw new TypeConversionException("'" + text + "' is more than any disk has");
    }
  }
}
