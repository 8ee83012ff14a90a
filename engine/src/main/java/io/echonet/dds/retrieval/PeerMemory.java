package io.echonet.dds.retrieval;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.echonet.dds.transport.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * What retrievals have learnt of peers that is of use to later ones, for a while. Thread-safe.
 *
 * <p>A peer that sent wrong bytes is not locked out by this: it may have been mended, and what it
 * sends is verified. It is asked where nobody else can be, until it has delivered something right.
 */
final class PeerMemory {
  private final Cache<PeerId, Entry> entries;
  private final Map<PeerId, PeerLoad> inUse = new HashMap<>();
  private final Random random;

  /**
   * @param random spreads the times at which peers that were busy are asked again
   */
  PeerMemory(RetrievalConfig config, Scheduler timer, Random random) {
    this.random = random;
    entries =
        Caffeine.newBuilder()
            .maximumSize(config.rememberedPeers())
            .expireAfterWrite(config.rememberFor())
            .ticker(() -> timer.now(TimeUnit.NANOSECONDS))
            .executor(Runnable::run)
            .build();
  }

  /**
   * @param speed null where it has not delivered enough to tell
   * @param misbehaved whether it sent wrong bytes, and nothing right since
   */
  record Entry(PeerSpeed.@Nullable Remembered speed, boolean misbehaved) {
    static final Entry NOTHING = new Entry(null, false);
  }

  Entry of(PeerId peer) {
    return Objects.requireNonNullElse(entries.getIfPresent(peer), Entry.NOTHING);
  }

  void put(PeerId peer, Entry entry) {
    entries.put(peer, entry);
  }

  /**
   * The load of {@code peer} that all retrievals under way share, of which the caller's is one now.
   *
   * @param own becomes that load where no other retrieval has one
   */
  synchronized PeerLoad join(PeerId peer, PeerLoad own) {
    PeerLoad load = inUse.computeIfAbsent(peer, any -> own);
    load.join();
    return load;
  }

  /** Ends what {@link #join} began for {@code retrieval}. */
  synchronized void leave(KnownPeer retrieval, PeerLoad load) {
    if (load.leave(retrieval) == 0) {
      inUse.remove(retrieval.id());
    }
  }

  /**
   * Between half of {@code pause} and all of it, so that those that were turned away together do
   * not come back together.
   */
  long spread(long pause) {
    return (long) (pause * (1 + random.nextDouble()) / 2);
  }
}
