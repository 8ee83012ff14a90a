package io.echonet.dds.transport;

import org.jspecify.annotations.Nullable;

/** A peer could not be reached; the message names each address tried and why it failed. */
public class DialException extends TransportException {
  private static final long serialVersionUID = 1L;

  private final boolean refusedHere;

  public DialException(String message) {
    this(message, null);
  }

  public DialException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  /**
   * @param refusedHere see {@link #isRefusedHere}
   */
  public DialException(String message, @Nullable Throwable cause, boolean refusedHere) {
    super(message, cause);
    this.refusedHere = refusedHere;
  }

  /**
   * Whether this host's own limits or gater have kept it from trying: that says nothing about the
   * peer.
   */
  public boolean isRefusedHere() {
    return refusedHere;
  }

  /** Whether {@code failure} of a dial, or of what needed one, is this host's own doing. */
  public static boolean isRefusedHere(Throwable failure) {
    return failure instanceof LimitExceededException
        || failure instanceof GatedException
        || (failure instanceof DialException dial && dial.isRefusedHere());
  }
}
