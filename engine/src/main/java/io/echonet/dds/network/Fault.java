package io.echonet.dds.network;

/** What a failed exchange means for asking the same peer again. */
public enum Fault {
  /** It does not hold the chunk; others of it may be asked for. */
  NOT_HELD,
  /** It has too much to do; later, or elsewhere. */
  BUSY,
  /** Its policy, its free space or its software says no; asking again is no use for now. */
  DECLINED,
  /** It sent bytes that are not what was asked for, or that break the protocol. */
  MISBEHAVED,
  /** It could not be reached, took too long, broke off or failed inside. */
  FAILED
}
