package io.echonet.dds.transport.dns;

import com.github.benmanes.caffeine.cache.Ticker;
import io.echonet.dds.transport.Multiaddr;
import io.netty.resolver.DefaultHostsFileEntriesResolver;
import java.util.function.Predicate;
import reactor.core.scheduler.Scheduler;
import reactor.netty.resources.LoopResources;

/** Finds the addresses that names stand for. */
public final class AddressResolver implements AutoCloseable {
  private final ResolverConfig config;
  private final NameService names;
  private final Runnable onClose;
  private final Scheduler timer;

  AddressResolver(ResolverConfig config, NameService names, Runnable onClose, Scheduler timer) {
    this.config = config;
    this.names = names;
    this.onClose = onClose;
    this.timer = timer;
  }

  /**
   * A resolver that asks name servers. Reads the machine's list of them and its hosts file: not for
   * an event loop.
   *
   * @param loops whose threads carry the questions; they stay the caller's to dispose of, after
   *     this has been closed
   * @param nativeTransport whether to use epoll where the machine has it
   */
  public static AddressResolver create(
      ResolverConfig config, LoopResources loops, boolean nativeTransport, Scheduler timer) {
    NameServers servers = new NameServers(config, loops, nativeTransport);
    NameService cached = new CachedNames(servers, config, Ticker.systemTicker());
    NameService names = new LocalNames(cached, new DefaultHostsFileEntriesResolver());
    return new AddressResolver(config, names, servers::close, timer);
  }

  /**
   * Begins to resolve on behalf of one dial, which is bounded as a whole.
   *
   * @param dialable which addresses without names are of use
   */
  public Resolution begin(Predicate<Multiaddr> dialable) {
    return new Resolution(config, names, dialable, timer);
  }

  /** Gives up the sockets; what is asked from now on fails. */
  @Override
  public void close() {
    onClose.run();
  }
}
