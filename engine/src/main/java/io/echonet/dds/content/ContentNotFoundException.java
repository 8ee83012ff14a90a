package io.echonet.dds.content;

import org.jspecify.annotations.Nullable;

/** Nobody that could be asked holds the content; the message names it and how long was looked. */
public class ContentNotFoundException extends DdsException {
  private static final long serialVersionUID = 1L;

  public ContentNotFoundException(String message) {
    super(message);
  }

  public ContentNotFoundException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
