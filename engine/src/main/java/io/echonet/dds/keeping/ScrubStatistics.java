package io.echonet.dds.keeping;

/**
 * What looking at chunks has come to so far.
 *
 * @param chunks chunks and manifests looked at
 * @param bytes their lengths together
 * @param repaired those that had rotted or lacked and were fetched anew
 * @param lost those that had rotted or lacked, and are not here
 * @param unreadable those that the disk did not give
 */
public record ScrubStatistics(long chunks, long bytes, long repaired, long lost, long unreadable) {
  /** Of nothing. */
  public static final ScrubStatistics NONE = new ScrubStatistics(0, 0, 0, 0, 0);

  /** These, and one more. */
  public ScrubStatistics plus(Checked checked) {
    Checked.Outcome outcome = checked.outcome();
    return new ScrubStatistics(
        chunks + 1,
        bytes + checked.size(),
        repaired + (outcome == Checked.Outcome.REPAIRED ? 1 : 0),
        lost + (outcome == Checked.Outcome.LOST ? 1 : 0),
        unreadable + (outcome == Checked.Outcome.UNREADABLE ? 1 : 0));
  }

  /** Those that were not as they should be and could be told so. */
  public long found() {
    return repaired + lost;
  }

  /** Whether all is here now and as it should be. */
  public boolean isSound() {
    return lost == 0 && unreadable == 0;
  }
}
