package io.echonet.dds.retrieval;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.echonet.dds.transport.PeerId;
import java.util.Objects;
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

  PeerMemory(RetrievalConfig config, Scheduler timer) {
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
}
