package io.echonet.dds.network;

import io.echonet.dds.content.DdsException;
import io.echonet.dds.transport.PeerId;
import org.jspecify.annotations.Nullable;

/** A request that one peer did not fulfil; the message says which peer, what was asked and why. */
public final class ExchangeException extends DdsException {
  private static final long serialVersionUID = 1L;

  private final Fault fault;

  ExchangeException(PeerId peer, Fault fault, String detail, @Nullable Throwable cause) {
    super(detail + " (peer " + peer + ")", cause);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }

  /**
   * One is made for every chunk that is asked of the wrong peer; where in our code says nothing.
   */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
