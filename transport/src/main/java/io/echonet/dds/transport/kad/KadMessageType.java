package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.StreamException;

/** The kinds of messages, by their number on the wire. */
enum KadMessageType {
  PUT_VALUE(0),
  GET_VALUE(1),
  ADD_PROVIDER(2),
  GET_PROVIDERS(3),
  FIND_NODE(4),
  PING(5);

  private final int number;

  KadMessageType(int number) {
    this.number = number;
  }

  /**
   * @throws StreamException where there is no such kind
   */
  static KadMessageType numbered(int number) {
    for (KadMessageType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    throw new StreamException("unknown kad message type " + number);
  }

  int number() {
    return number;
  }
}
