package io.echonet.dds.node.control;

import java.io.IOException;

/**
 * One line of what a node answers to a command: its kind, a space and text without line breaks.
 *
 * @param text for people or scripts; {@code END} has an exit code before it, and no more where all
 *     went well
 */
public record Reply(Kind kind, String text) {
  /** What becomes of it. */
  public enum Kind {
    /** Printed on standard output. */
    RESULT,
    /** Printed on standard error. */
    NOTE,
    /** Shown where somebody watches. */
    PROGRESS,
    /** The last one. */
    END
  }

  public Reply {
    text = text.replaceAll("\\R", " ");
  }

  public static Reply result(String line) {
    return new Reply(Kind.RESULT, line);
  }

  public static Reply note(String line) {
    return new Reply(Kind.NOTE, line);
  }

  public static Reply progress(String line) {
    return new Reply(Kind.PROGRESS, line);
  }

  /** What the command ends with, and why where that is not 0. */
  public static Reply end(int code, String reason) {
    return new Reply(Kind.END, code + " " + reason);
  }

  /** The exit code of an {@link Kind#END}. */
  public int code() {
    return Integer.parseInt(text.substring(0, text.indexOf(' ')));
  }

  /** What follows the exit code of an {@link Kind#END}. */
  public String reason() {
    return text.substring(text.indexOf(' ') + 1);
  }

  String toLine() {
    return kind + " " + text;
  }

  static Reply parse(String line) throws IOException {
    for (Kind kind : Kind.values()) {
      if (line.startsWith(kind + " ") && (kind != Kind.END || line.matches("END [0-9]{1,3} .*"))) {
        return new Reply(kind, line.substring(kind.name().length() + 1));
      }
    }
    throw new IOException("the node answered '" + line + "'");
  }
}
