package io.echonet.dds.transport.host;

import io.echonet.dds.transport.ConnectionGater;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.identify.IdentifyConfig;
import io.echonet.dds.transport.limits.Bounds;
import io.echonet.dds.transport.ping.PingConfig;
import io.echonet.dds.transport.tcp.TcpConfig;
import io.echonet.dds.transport.yamux.YamuxConfig;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All settings of a host.
 *
 * @param announcedAddresses what others are told, instead of the addresses listened on where there
 *     are any
 * @param upgradeTimeout from the raw connection to the usable one: negotiation, handshake, muxer
 * @param negotiationTimeout for agreeing on a stream's protocol
 * @param closeTimeout how long closing waits for peers; after it sockets are closed regardless
 * @param eventBacklog events kept for a subscriber that is behind; it then misses the oldest
 * @param eventLoops threads that carry connections
 * @param security what is offered when dialling and taken when dialled, best first
 * @param gater asked whom to connect to
 */
public record HostConfig(
    List<Multiaddr> announcedAddresses,
    ResourceLimits limits,
    TrimConfig trimming,
    DialConfig dialing,
    Duration upgradeTimeout,
    Duration negotiationTimeout,
    Duration closeTimeout,
    int eventBacklog,
    int eventLoops,
    TcpConfig tcp,
    YamuxConfig yamux,
    PeerStoreConfig peerStore,
    IdentifyConfig identify,
    PingConfig ping,
    List<Security> security,
    ConnectionGater gater) {
  private static final HostConfig DEFAULTS =
      new HostConfig(
          List.of(),
          ResourceLimits.defaults(),
          TrimConfig.defaults(),
          DialConfig.defaults(),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          256,
          Math.max(2, Runtime.getRuntime().availableProcessors()),
          TcpConfig.defaults(),
          YamuxConfig.defaults(),
          PeerStoreConfig.defaults(),
          IdentifyConfig.defaults(),
          PingConfig.defaults(),
          List.of(Security.NOISE, Security.TLS),
          ConnectionGater.allowAll());

  public HostConfig {
    announcedAddresses = List.copyOf(announcedAddresses);
    security = List.copyOf(security);
    if (security.isEmpty() || Set.copyOf(security).size() < security.size()) {
      throw new IllegalArgumentException("security " + security + " is empty or names one twice");
    }
    Bounds.requirePositive("upgrade timeout", upgradeTimeout);
    Bounds.requirePositive("negotiation timeout", negotiationTimeout);
    Bounds.requirePositive("close timeout", closeTimeout);
    Bounds.requirePositive("event backlog", eventBacklog);
    Bounds.requirePositive("event loops", eventLoops);
  }

  public static HostConfig defaults() {
    return DEFAULTS;
  }

  public HostConfig withAnnouncedAddresses(List<Multiaddr> value) {
    return changed(copy -> copy.announcedAddresses = value);
  }

  public HostConfig withLimits(ResourceLimits value) {
    return changed(copy -> copy.limits = value);
  }

  public HostConfig withTrimming(TrimConfig value) {
    return changed(copy -> copy.trimming = value);
  }

  public HostConfig withDialing(DialConfig value) {
    return changed(copy -> copy.dialing = value);
  }

  public HostConfig withUpgradeTimeout(Duration value) {
    return changed(copy -> copy.upgradeTimeout = value);
  }

  public HostConfig withNegotiationTimeout(Duration value) {
    return changed(copy -> copy.negotiationTimeout = value);
  }

  public HostConfig withCloseTimeout(Duration value) {
    return changed(copy -> copy.closeTimeout = value);
  }

  public HostConfig withEventLoops(int value) {
    return changed(copy -> copy.eventLoops = value);
  }

  public HostConfig withTcp(TcpConfig value) {
    return changed(copy -> copy.tcp = value);
  }

  public HostConfig withYamux(YamuxConfig value) {
    return changed(copy -> copy.yamux = value);
  }

  public HostConfig withPeerStore(PeerStoreConfig value) {
    return changed(copy -> copy.peerStore = value);
  }

  public HostConfig withIdentify(IdentifyConfig value) {
    return changed(copy -> copy.identify = value);
  }

  public HostConfig withPing(PingConfig value) {
    return changed(copy -> copy.ping = value);
  }

  public HostConfig withSecurity(List<Security> value) {
    return changed(copy -> copy.security = value);
  }

  public HostConfig withGater(ConnectionGater value) {
    return changed(copy -> copy.gater = value);
  }

  private HostConfig changed(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.asConfig();
  }

  /** The components once more, where they can be changed one at a time. */
  private static final class Copy {
    List<Multiaddr> announcedAddresses;
    ResourceLimits limits;
    TrimConfig trimming;
    DialConfig dialing;
    Duration upgradeTimeout;
    Duration negotiationTimeout;
    Duration closeTimeout;
    int eventBacklog;
    int eventLoops;
    TcpConfig tcp;
    YamuxConfig yamux;
    PeerStoreConfig peerStore;
    IdentifyConfig identify;
    PingConfig ping;
    List<Security> security;
    ConnectionGater gater;

    Copy(HostConfig config) {
      announcedAddresses = config.announcedAddresses;
      limits = config.limits;
      trimming = config.trimming;
      dialing = config.dialing;
      upgradeTimeout = config.upgradeTimeout;
      negotiationTimeout = config.negotiationTimeout;
      closeTimeout = config.closeTimeout;
      eventBacklog = config.eventBacklog;
      eventLoops = config.eventLoops;
      tcp = config.tcp;
      yamux = config.yamux;
      peerStore = config.peerStore;
      identify = config.identify;
      ping = config.ping;
      security = config.security;
      gater = config.gater;
    }

    HostConfig asConfig() {
      return new HostConfig(
          announcedAddresses,
          limits,
          trimming,
          dialing,
          upgradeTimeout,
          negotiationTimeout,
          closeTimeout,
          eventBacklog,
          eventLoops,
          tcp,
          yamux,
          peerStore,
          identify,
          ping,
          security,
          gater);
    }
  }
}
