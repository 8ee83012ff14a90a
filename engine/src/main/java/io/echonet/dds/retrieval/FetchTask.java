package io.echonet.dds.retrieval;

import io.echonet.dds.content.Cid;
import java.util.ArrayList;
import java.util.List;

/** One chunk, or the manifest, that a reader wants and does not have yet. */
final class FetchTask {
  /** The index of a manifest, which comes before every chunk. */
  static final int MANIFEST = -1;

  private final Reader reader;
  private final int index;
  private final Cid cid;
  private final long bytes;
  private final List<Attempt> attempts = new ArrayList<>(2);

  FetchTask(Reader reader, int index, Cid cid, long bytes) {
    this.reader = reader;
    this.index = index;
    this.cid = cid;
    this.bytes = bytes;
  }

  Reader reader() {
    return reader;
  }

  /** The chunk's place in the content, or {@link #MANIFEST}. */
  int index() {
    return index;
  }

  Cid cid() {
    return cid;
  }

  /** Its length; a guess where it is the manifest. */
  long bytes() {
    return bytes;
  }

  boolean isManifest() {
    return index == MANIFEST;
  }

  /** The requests for it that are under way; two where the first is late. */
  List<Attempt> attempts() {
    return attempts;
  }

  boolean isAskedOf(KnownPeer peer) {
    for (Attempt attempt : attempts) {
      if (attempt.peer() == peer) {
        return true;
      }
    }
    return false;
  }
}
