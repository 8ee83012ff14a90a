package io.echonet.dds.node.cli;

import io.echonet.dds.content.Cid;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.storage.migration.StoreKind;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** What may be typed as a value of an option or argument, and what it means. */
final class Values {
  private static final Duration MAX_DURATION = Duration.ofDays(1);
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  private Values() {}

  static Cid cid(String text) {
    try {
      return Cid.parse(text);
    } catch (MalformedEncodingException e) {
      throw new TypeConversionException(messageOf(e));
    }
  }

  static Multiaddr multiaddr(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (MalformedEncodingException e) {
      throw new TypeConversionException(messageOf(e));
    }
  }

  private static String messageOf(MalformedEncodingException failure) {
    return String.valueOf(failure.getMessage());
  }

  /** A file or folder. An empty name, which is what an unset variable gives, would be this one. */
  static Path path(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("'' names no file or folder");
    }
    return Path.of(text);
  }

  static StoreKind storeKind(String text) {
    return StoreKind.parse(text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + text + "' is no kind of store; write segment or file"));
  }

  static int wholeNumber(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is no whole number");
    }
  }

  /** A time such as {@code 500ms}, {@code 30s}, {@code 2m}: positive, at most a day. */
  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no time; write a number and its unit, such as 500ms, 30s or 2m");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        };
    if (duration.isZero() || duration.compareTo(MAX_DURATION) > 0) {
      throw new TypeConversionException("'" + text + "' is not between 1ms and 24h");
    }
    return duration;
  }

  /**
   * Checks that {@code addresses} can be dialled at all: {@code option} is what they were given by.
   *
   * @throws UsageException naming the first that can't
   */
  static void checkDialable(String option, List<Multiaddr> addresses) {
    for (Multiaddr address : addresses) {
      if (!isLink(address) && !isTcp(address.withoutPeerId(), true)) {
        throw new UsageException(
            "'" + address + "' (" + option + ") is no TCP address such as /ip4/10.0.0.1/tcp/4001");
      }
    }
  }

  /**
   * Checks that {@code addresses} can be listened on.
   *
   * @throws UsageException naming the first that can't
   */
  static void checkListenable(String option, List<Multiaddr> addresses) {
    for (Multiaddr address : addresses) {
      if (!isTcp(address, false)) {
        throw new UsageException(
            "'" + address + "' (" + option + ") can't be listened on; use /ip4/…/tcp/PORT");
      }
    }
  }

  /** What a link leads to shows when it is followed. */
  private static boolean isLink(Multiaddr address) {
    return address.value(MultiaddrProtocol.DNSADDR).isPresent() && address.isName();
  }

  private static boolean isTcp(Multiaddr address, boolean namesToo) {
    List<Multiaddr.Component> parts = address.components();
    if (parts.size() != 2 || parts.get(1).protocol() != MultiaddrProtocol.TCP) {
      return false;
    }
    return switch (parts.get(0).protocol()) {
      case IP4, IP6 -> true;
      case DNS, DNS4, DNS6 -> namesToo;
      default -> false;
    };
  }
}
