package io.echonet.dds.transport;

/** A value may not stand under its key, or nobody would keep it. */
public class RecordException extends TransportException {
  private static final long serialVersionUID = 1L;

  public RecordException(String message) {
    super(message);
  }
}
