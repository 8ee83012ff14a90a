package io.echonet.dds.node.cli;

import io.echonet.dds.content.ByteRange;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * A range of bytes as it is typed: {@code FROM-TO}, both inclusive, {@code FROM-} to the end, or
 * {@code -LAST}, so many at the end. Which bytes those are shows when the content's size is known.
 *
 * @param first the number before the hyphen; -1 where there is none
 * @param second the number behind it; -1 where there is none
 */
record RangeOption(String text, long first, long second) {
  private static final Pattern RANGE = Pattern.compile("([0-9]{0,18})-([0-9]{0,18})");

  /**
   * Reads {@code text}.
   *
   * @throws TypeConversionException where it is no range, or ends before it begins
   */
  static RangeOption parse(String text) {
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches() || text.equals("-")) {
      throw new TypeConversionException(
          "'" + text + "' is no range; write FROM-TO, FROM- or -LAST, such as 0-999");
    }
    RangeOption range = new RangeOption(text, number(matcher.group(1)), number(matcher.group(2)));
    if (range.first >= 0 && range.second >= 0 && range.second < range.first) {
      throw new TypeConversionException("'" + text + "' ends before it begins");
    }
    if (range.first < 0 && range.second == 0) {
      throw new TypeConversionException("'" + text + "' has no bytes");
    }
    return range;
  }

  private static long number(String digits) {
    return digits.isEmpty() ? -1 : Long.parseLong(digits);
  }

  /**
   * The bytes it names of a content of {@code size} bytes.
   *
   * @throws UsageException where the content has not all of them
   */
  ByteRange of(long size) {
    long from = first < 0 ? size - second : first;
    long to = first < 0 || second < 0 ? size - 1 : second;
    if (from < 0 || from > to || to >= size) {
      throw new UsageException(
          "'" + text + "' (--range) is not within the content, which has " + size + " bytes");
    }
    return new ByteRange(from, to);
  }
}
