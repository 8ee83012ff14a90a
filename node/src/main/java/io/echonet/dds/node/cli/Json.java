package io.echonet.dds.node.cli;

import java.util.Locale;
import java.util.function.Function;

/** One JSON object, written in the order in which its members are given. */
final class Json {
  private final StringBuilder text = new StringBuilder("{");

  private Json() {}

  static Json object() {
    return new Json();
  }

  Json with(String name, String value) {
    member(name);
    quote(value);
    return this;
  }

  Json with(String name, long value) {
    member(name).append(value);
    return this;
  }

  Json with(String name, boolean value) {
    member(name).append(value);
    return this;
  }

  /** A number to the third decimal place. */
  Json with(String name, double value) {
    member(name).append(String.format(Locale.ROOT, "%.3f", value));
    return this;
  }

  Json with(String name, Json value) {
    member(name).append(value);
    return this;
  }

  /** An array of strings. */
  Json withTexts(String name, Iterable<?> values) {
    return array(name, values, value -> quoted(value.toString()));
  }

  /** An array of objects. */
  <T> Json withObjects(String name, Iterable<T> values, Function<T, Json> toObject) {
    return array(name, values, value -> toObject.apply(value).toString());
  }

  /** An array of numbers, each to the third decimal place. */
  Json withNumbers(String name, Iterable<Double> values) {
    return array(name, values, value -> String.format(Locale.ROOT, "%.3f", value));
  }

  private <T> Json array(String name, Iterable<T> values, Function<T, String> toJson) {
    member(name).append('[');
    String separator = "";
    for (T value : values) {
      text.append(separator).append(toJson.apply(value));
      separator = ",";
    }
    text.append(']');
    return this;
  }

  private StringBuilder member(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    quote(name);
    return text.append(':');
  }

  private void quote(String value) {
    text.append(quoted(value));
  }

  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
        // Surrogates too: half a pair has no UTF-8 form.
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** The object, on one line. */
  @Override
  public String toString() {
    return text + "}";
  }
}
