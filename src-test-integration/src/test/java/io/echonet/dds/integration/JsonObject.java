package io.echonet.dds.integration;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * A JSON object that a process printed. Asking for what is not there, or is of another type, fails
 * the test.
 */
record JsonObject(Map<String, Object> fields) {
  /** Reads one object, such as a line of output. */
  static JsonObject parse(String text) {
    return of(new JsonParser(text).parse());
  }

  private static JsonObject of(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("no JSON object: " + value);
    }
    Map<String, Object> fields = new java.util.LinkedHashMap<>();
    map.forEach((name, field) -> fields.put((String) name, field));
    return new JsonObject(fields);
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  String text(String name) {
    return (String) field(name);
  }

  long number(String name) {
    return ((Number) field(name)).longValue();
  }

  double decimal(String name) {
    return ((Number) field(name)).doubleValue();
  }

  boolean flag(String name) {
    return (Boolean) field(name);
  }

  JsonObject object(String name) {
    return of(field(name));
  }

  List<String> texts(String name) {
    return list(name).stream().map(String.class::cast).toList();
  }

  List<JsonObject> objects(String name) {
    return list(name).stream().map(JsonObject::of).toList();
  }

  private List<?> list(String name) {
    return (List<?>) field(name);
  }

  private Object field(String name) {
    Object field = fields.get(name);
    if (field == null) {
      throw new NoSuchElementException("no '" + name + "' in " + fields);
    }
    return field;
  }

  /** The text of {@code value}: a map, list, text, number or boolean. */
  static String write(Object value) {
    if (value instanceof Map<?, ?> map) {
      StringBuilder text = new StringBuilder("{");
      map.forEach(
          (name, field) ->
              text.append(text.length() > 1 ? "," : "")
                  .append(write(name))
                  .append(':')
                  .append(write(field)));
      return text.append('}').toString();
    }
    if (value instanceof List<?> list) {
      return list.stream()
          .map(JsonObject::write)
          .collect(java.util.stream.Collectors.joining(",", "[", "]"));
    }
    if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    StringBuilder text = new StringBuilder("\"");
    value
        .toString()
        .chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\' || c < ' ') {
                text.append(String.format("\\u%04x", c));
              } else {
                text.append((char) c);
              }
            });
    return text.append('"').toString();
  }
}
