package io.echonet.dds.multiformats;

/** Text or bytes that are not what their format requires. The message names the offending value. */
public class MalformedEncodingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public MalformedEncodingException(String message) {
    super(message);
  }
}
