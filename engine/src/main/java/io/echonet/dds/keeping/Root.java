package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import java.util.Set;

/**
 * A content whose manifest and chunks are kept.
 *
 * @param cid its manifest's
 * @param kinds why, at least one reason
 */
public record Root(Cid cid, Set<RootKind> kinds) {
  public Root {
    kinds = Set.copyOf(kinds);
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException(cid + " is a root for no reason");
    }
  }

  public boolean is(RootKind kind) {
    return kinds.contains(kind);
  }
}
