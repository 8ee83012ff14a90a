package io.echonet.dds.network;

import java.util.Arrays;

/** Why a request was not fulfilled, as the responses of PROTOCOL section 2 number it. */
enum ErrorCode {
  NONE(0),
  NOT_FOUND(1),
  INVALID_CID(2),
  CID_MISMATCH(3),
  TOO_LARGE(4),
  STORAGE_FULL(5),
  BUSY(6),
  REFUSED(7),
  INTERNAL(8),
  BAD_REQUEST(9);

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /**
   * The code of that number; what is not known is INTERNAL, whatever a later version meant by it.
   */
  static ErrorCode of(int number) {
    return Arrays.stream(values())
        .filter(code -> code.number == number)
        .findFirst()
        .orElse(INTERNAL);
  }

  /** What it tells about the peer that answered it. */
  Fault fault() {
    return switch (this) {
      case NOT_FOUND -> Fault.NOT_HELD;
      case BUSY -> Fault.BUSY;
      case STORAGE_FULL, REFUSED -> Fault.DECLINED;
      default -> Fault.FAILED;
    };
  }
}
