package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;

/**
 * What became of one chunk that was looked at.
 *
 * @param size its length in bytes; 0 where it is not known
 * @param reason why it is not sound, for people; empty where it is
 */
public record Checked(Cid cid, int size, Outcome outcome, String reason) {
  /** What a look may come to. */
  public enum Outcome {
    /** It is what its name says; or it has been deleted meanwhile. */
    SOUND,
    /** It had rotted, or lacked where a kept content needs it, and was fetched anew. */
    REPAIRED,
    /** The same, and it was not, or could not be, fetched anew. */
    LOST,
    /** The disk did not give it; it may still be there. */
    UNREADABLE
  }

  static Checked sound(Cid cid, int size) {
    return new Checked(cid, size, Outcome.SOUND, "");
  }
}
