package io.echonet.dds.transport.dns;

import java.util.Locale;

/**
 * What is asked of a name server.
 *
 * @param name in lower case, without a final dot
 */
record Question(String name, Kind kind) {
  private static final int MAX_NAME_CHARACTERS = 253;
  private static final int MAX_LABEL_CHARACTERS = 63;

  /** The records that matter here. */
  enum Kind {
    A,
    AAAA,
    TXT
  }

  static Question of(String name, Kind kind) {
    String lower = name.toLowerCase(Locale.ROOT);
    return new Question(lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower, kind);
  }

  /** Labels of letters, digits, hyphens and underscores: whatever else goes to no name server. */
  boolean isWellFormed() {
    boolean valid = !name.isEmpty() && name.length() <= MAX_NAME_CHARACTERS;
    int label = 0;
    for (int i = 0; i < name.length() && valid; i++) {
      char c = name.charAt(i);
      boolean inLabel = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      valid = c == '.' ? label > 0 : inLabel && label < MAX_LABEL_CHARACTERS;
      label = c == '.' ? 0 : label + 1;
    }
    return valid && label > 0;
  }

  @Override
  public String toString() {
    return "'" + name + "'";
  }
}
