package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which chunks were stored or read last, of a bounded number. Thread-safe. */
final class Uses {
  /** Never: it goes before all that were used. */
  static final long NEVER = 0;

  private final int max;
  private final Map<Long, Long> times = new LinkedHashMap<>();
  private long uses;

  Uses(int max) {
    this.max = max;
  }

  synchronized void used(Cid cid) {
    times.remove(cid.prefix());
    times.put(cid.prefix(), ++uses);
    if (times.size() > max) {
      Iterator<Long> oldest = times.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** A number that is the greater the later that was; {@link #NEVER} where it is not known. */
  synchronized long last(Cid cid) {
    return times.getOrDefault(cid.prefix(), NEVER);
  }
}
