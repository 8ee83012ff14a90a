package io.echonet.dds.integration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON text: objects as maps without their nulls, arrays as lists, numbers as Long or
 * Double.
 */
final class JsonParser {
  /** Stands for null while parsing: the maps and lists that come out hold none. */
  private static final Object NULL = new Object();

  private final String text;
  private int at;

  JsonParser(String text) {
    this.text = text;
  }

  Object parse() {
    Object value = value();
    skipBlanks();
    if (at != text.length()) {
      throw wrong("more than one value");
    }
    return value;
  }

  private Object value() {
    skipBlanks();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", NULL);
      default -> number();
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> fields = new LinkedHashMap<>();
    at++;
    for (boolean first = true; !ends('}', first); first = false) {
      skipBlanks();
      String name = string();
      skipBlanks();
      expect(':');
      Object value = value();
      if (value != NULL) {
        fields.put(name, value);
      }
    }
    return fields;
  }

  private List<Object> array() {
    List<Object> values = new ArrayList<>();
    at++;
    for (boolean first = true; !ends(']', first); first = false) {
      Object value = value();
      if (value != NULL) {
        values.add(value);
      }
    }
    return values;
  }

  /**
   * Whether an object or array ends here; else the comma before the next of its parts is passed.
   */
  private boolean ends(char end, boolean first) {
    skipBlanks();
    if (peek() == end) {
      at++;
      return true;
    }
    if (!first) {
      expect(',');
    }
    return false;
  }

  private String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      value.append(c == '\\' ? escaped() : c);
    }
    at++;
    return value.toString();
  }

  private char escaped() {
    peek();
    char c = text.charAt(at++);
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> c;
    };
  }

  private Object number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(start, at);
    try {
      return number.matches("-?\\d+") ? (Object) Long.valueOf(number) : Double.valueOf(number);
    } catch (NumberFormatException e) {
      throw wrong("no value");
    }
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong("no value");
    }
    at += word.length();
    return value;
  }

  private void expect(char c) {
    if (peek() != c) {
      throw wrong("no '" + c + "'");
    }
    at++;
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("cut off");
    }
    return text.charAt(at);
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(what + " at " + at + " of JSON text: " + text);
  }
}
