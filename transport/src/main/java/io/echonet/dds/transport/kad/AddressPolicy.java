package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.IpAddresses;
import io.echonet.dds.transport.Multiaddr;

/** Which addresses a DHT takes in and hands on. */
public enum AddressPolicy {
  /** All of them: for a network on one machine, in one building, or of mixed kinds. */
  ANY {
    @Override
    public boolean accepts(Multiaddr address) {
      return true;
    }
  },

  /**
   * Only what may be reached across the internet: no loopback, private, link-local or multicast
   * address.
   */
  PUBLIC {
    @Override
    public boolean accepts(Multiaddr address) {
      return IpAddresses.of(address).map(IpAddresses::isPublic).orElse(true);
    }
  },

  /** Only what {@link #PUBLIC} refuses, and names: for a network that is not to leave the house. */
  LOCAL {
    @Override
    public boolean accepts(Multiaddr address) {
      return !IpAddresses.of(address).map(IpAddresses::isPublic).orElse(false);
    }
  };

  /**
   * Whether {@code address} may be dialled, kept or told. Names are judged by nobody: they are
   * accepted.
   */
  public abstract boolean accepts(Multiaddr address);
}
