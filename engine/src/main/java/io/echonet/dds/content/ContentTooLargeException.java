package io.echonet.dds.content;

/** Content that one manifest cannot describe (PROTOCOL section 1). */
public class ContentTooLargeException extends DdsException {
  private static final long serialVersionUID = 1L;

  public ContentTooLargeException(String message) {
    super(message);
  }
}
