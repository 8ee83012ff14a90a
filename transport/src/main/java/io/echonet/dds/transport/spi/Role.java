package io.echonet.dds.transport.spi;

/** Which end of a connection this is: who dialled speaks first and has the odd stream ids. */
public enum Role {
  INITIATOR,
  RESPONDER;

  public boolean isInitiator() {
    return this == INITIATOR;
  }
}
