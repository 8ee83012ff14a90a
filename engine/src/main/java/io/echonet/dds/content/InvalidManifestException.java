package io.echonet.dds.content;

import org.jspecify.annotations.Nullable;

/** A manifest that breaks a rule of PROTOCOL section 1; nothing it names is fetched. */
public class InvalidManifestException extends IntegrityException {
  private static final long serialVersionUID = 1L;

  public InvalidManifestException(String message) {
    super(message);
  }

  public InvalidManifestException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
