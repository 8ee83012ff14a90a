package io.echonet.dds.transport.identify;

import java.time.Duration;

/**
 * When a host believes what peers say of where they see it.
 *
 * @param observers peers of different groups that must say the same before it is believed
 * @param maxAddresses believed at a time, those that most peers see first; 0 believes nobody
 * @param maxGroups groups of peers whose last word is kept
 * @param life how long the word of a peer counts after its connection has gone
 * @param ip4GroupBits IPv4 peers are of one group where so many bits of their addresses agree, 8 to
 *     32
 * @param ip6GroupBits likewise for IPv6, 8 to 128
 * @param localToo whether loopback and private addresses are believed in too, of peers at such
 *     addresses: for networks that are not the internet. What is public is never believed of those
 */
public record ObservationConfig(
    int observers,
    int maxAddresses,
    int maxGroups,
    Duration life,
    int ip4GroupBits,
    int ip6GroupBits,
    boolean localToo) {
  private static final ObservationConfig DEFAULTS =
      new ObservationConfig(4, 3, 256, Duration.ofMinutes(30), 16, 32, false);

  public ObservationConfig {
    if (observers < 1 || maxAddresses < 0 || maxGroups < observers) {
      throw new IllegalArgumentException(
          observers + " observers, " + maxAddresses + " addresses, " + maxGroups + " groups");
    }
    if (life.isNegative() || life.isZero()) {
      throw new IllegalArgumentException("an observation's life of " + life);
    }
    if (ip4GroupBits < 8 || ip4GroupBits > 32 || ip6GroupBits < 8 || ip6GroupBits > 128) {
      throw new IllegalArgumentException(
          "groups of /" + ip4GroupBits + " and /" + ip6GroupBits + " are out of bounds");
    }
  }

  public static ObservationConfig defaults() {
    return DEFAULTS;
  }

  public ObservationConfig withObservers(int peers) {
    return new ObservationConfig(
        peers, maxAddresses, maxGroups, life, ip4GroupBits, ip6GroupBits, localToo);
  }

  public ObservationConfig withMaxAddresses(int addresses) {
    return new ObservationConfig(
        observers, addresses, maxGroups, life, ip4GroupBits, ip6GroupBits, localToo);
  }

  public ObservationConfig withMaxGroups(int groups) {
    return new ObservationConfig(
        observers, maxAddresses, groups, life, ip4GroupBits, ip6GroupBits, localToo);
  }

  public ObservationConfig withLife(Duration newLife) {
    return new ObservationConfig(
        observers, maxAddresses, maxGroups, newLife, ip4GroupBits, ip6GroupBits, localToo);
  }

  public ObservationConfig withGroupBits(int ofIp4, int ofIp6) {
    return new ObservationConfig(observers, maxAddresses, maxGroups, life, ofIp4, ofIp6, localToo);
  }

  public ObservationConfig withLocalToo(boolean wanted) {
    return new ObservationConfig(
        observers, maxAddresses, maxGroups, life, ip4GroupBits, ip6GroupBits, wanted);
  }
}
