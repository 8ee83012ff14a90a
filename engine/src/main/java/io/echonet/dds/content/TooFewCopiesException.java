package io.echonet.dds.content;

import org.jspecify.annotations.Nullable;

/**
 * A publish whose content is complete on this node, stays there and is announced, but which fewer
 * other nodes than asked for have confirmed to hold.
 */
public class TooFewCopiesException extends DdsException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Cid cid;
  private final int confirmed;
  private final int wanted;
  private final String detail;

  /**
   * A failure to place {@code cid}.
   *
   * @param confirmed other nodes that hold every chunk and the manifest
   * @param wanted other nodes that should
   * @param detail what the other candidates did, for people
   */
  public TooFewCopiesException(Cid cid, int confirmed, int wanted, String detail) {
    super(
        "only "
            + confirmed
            + " of "
            + wanted
            + " other nodes confirmed all of "
            + cid
            + ", which stays published on this one: "
            + detail);
    this.cid = cid;
    this.confirmed = confirmed;
    this.wanted = wanted;
    this.detail = detail;
  }

  /** The content's public name; null only after this was serialised. */
  public @Nullable Cid cid() {
    return cid;
  }

  /** Other nodes that hold every chunk and the manifest, durably; this node is not counted. */
  public int confirmed() {
    return confirmed;
  }

  /** Other nodes that should. */
  public int wanted() {
    return wanted;
  }

  /** What the other candidates did, for people. */
  public String detail() {
    return detail;
  }
}
