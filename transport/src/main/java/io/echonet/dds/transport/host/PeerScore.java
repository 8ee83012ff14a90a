package io.echonet.dds.transport.host;

/** How well dials and streams to a peer go of late; guarded by the store. */
final class PeerScore {
  private final double halfLifeMillis;
  private double successes;
  private double failures;
  private long countedAt;

  /**
   * What a score is made of, as it stood at a time.
   *
   * @param at milliseconds since the epoch
   */
  record State(double successes, double failures, long at) {
    static final State NONE = new State(0, 0, 0);

    /** More cannot come about; what says so is damaged. */
    private static final double MAX = 1e9;

    boolean isSane() {
      return successes >= 0 && successes <= MAX && failures >= 0 && failures <= MAX && at >= 0;
    }
  }

  PeerScore(long halfLifeMillis) {
    this.halfLifeMillis = halfLifeMillis;
  }

  void succeeded(long now) {
    decay(now);
    successes = Math.min(successes + 1, State.MAX);
  }

  void failed(long now) {
    decay(now);
    failures = Math.min(failures + 1, State.MAX);
  }

  /** Between 0 and 1; one half where nothing is known, or no longer. */
  double value(long now) {
    decay(now);
    return (successes + 1) / (successes + failures + 2);
  }

  /** A clock that was set back changes nothing. */
  private void decay(long now) {
    if (now > countedAt) {
      double left = Math.pow(0.5, (now - countedAt) / halfLifeMillis);
      successes *= left;
      failures *= left;
    }
    countedAt = now;
  }

  State state() {
    return new State(successes, failures, countedAt);
  }

  void restore(State state, long now) {
    if (state.isSane()) {
      successes = state.successes();
      failures = state.failures();
      countedAt = Math.min(state.at(), now);
      decay(now);
    }
  }
}
