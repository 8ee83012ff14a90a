package io.echonet.dds.content;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a publisher wants recorded beside the content itself. What is not given is not recorded, so
 * that equal content gets an equal name.
 *
 * @param filename a base name: not empty, no {@code /}, {@code \} or NUL, not {@code .} or {@code
 *     ..}
 * @param mimeType not empty
 * @param createdAt recorded in whole seconds; the epoch itself can't be told from nothing given
 * @param metadata any names and values
 */
public record ContentDetails(
    Optional<String> filename,
    Optional<String> mimeType,
    Optional<Instant> createdAt,
    Map<String, String> metadata) {
  private static final ContentDetails NONE =
      new ContentDetails(Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

  /**
   * Checks every rule.
   *
   * @throws IllegalArgumentException naming the value and the rule it breaks
   */
  public ContentDetails {
    filename.ifPresent(
        name -> {
          checkText("filename", name);
          if (!isBaseName(name)) {
            throw new IllegalArgumentException("filename '" + name + "' is no base name");
          }
        });
    mimeType.ifPresent(type -> checkText("MIME type", type));
    metadata = Map.copyOf(metadata);
    metadata.forEach(
        (key, value) -> {
          checkEncodable("metadata name", key);
          checkEncodable("metadata value", value);
        });
  }

  public static ContentDetails none() {
    return NONE;
  }

  public ContentDetails withFilename(String name) {
    return new ContentDetails(Optional.of(name), mimeType, createdAt, metadata);
  }

  public ContentDetails withMimeType(String type) {
    return new ContentDetails(filename, Optional.of(type), createdAt, metadata);
  }

  public ContentDetails withCreatedAt(Instant time) {
    return new ContentDetails(filename, mimeType, Optional.of(time), metadata);
  }

  public ContentDetails withMetadata(Map<String, String> entries) {
    return new ContentDetails(filename, mimeType, createdAt, entries);
  }

  /** Whether {@code name}, which may be empty, leads nowhere but into the folder it is used in. */
  static boolean isBaseName(String name) {
    return name.indexOf('/') < 0
        && name.indexOf('\\') < 0
        && name.indexOf('\0') < 0
        && !name.equals(".")
        && !name.equals("..");
  }

  private static void checkText(String what, String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(what + " is empty");
    }
    checkEncodable(what, text);
  }

  /** Half a surrogate pair has no UTF-8 form, and another reader would see another text. */
  private static void checkEncodable(String what, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(what + " holds half a surrogate pair");
    }
  }
}
