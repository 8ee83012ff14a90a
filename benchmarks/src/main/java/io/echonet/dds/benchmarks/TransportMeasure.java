package io.echonet.dds.benchmarks;

/** What is measured of a transport, and the words that ask the side that dials for it. */
enum TransportMeasure {
  ONE_STREAM("send 1"),
  FOUR_STREAMS("send 4"),
  CONNECTIONS("connect 1"),
  CONNECTIONS_AT_ONCE("connect " + TransportMeasure.AT_ONCE),
  STREAMS("open 1"),
  STREAMS_AT_ONCE("open " + TransportMeasure.AT_ONCE),
  PINGS("ping");

  /** How many connect, or open streams, where many do so at the same time. */
  static final int AT_ONCE = 16;

  private final String command;

  TransportMeasure(String command) {
    this.command = command;
  }

  /** The command for a pass of {@code millis}. */
  String command(int millis) {
    return command + ' ' + millis;
  }

  /**
   * The figures of one pass.
   *
   * @param cpuSeconds of both sides together
   */
  record Pass(Sample figures, double cpuSeconds) {
    double perSecond() {
      return figures.get("done") / figures.get("seconds");
    }

    double cpuSecondsPerGigabyte() {
      return cpuSeconds / (figures.get("done") / 1e9);
    }

    double cpuMillisEach() {
      return cpuSeconds * 1e3 / figures.get("done");
    }
  }
}
