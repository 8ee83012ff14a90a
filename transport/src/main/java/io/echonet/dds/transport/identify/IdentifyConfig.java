package io.echonet.dds.transport.identify;

import java.time.Duration;

/**
 * What a host says of itself, and what it takes from others.
 *
 * @param protocolVersion the family of protocols; {@code ipfs/0.1.0} is what deployed peers say,
 *     and old ones hang up on anything else
 * @param agentVersion the software and its version
 * @param timeout for one exchange, asked or pushed
 * @param maxMessageBytes the longest single message taken, in bytes
 * @param maxMessages parts of one introduction taken; the specification's peers send up to 10
 * @param maxAddresses addresses of one introduction looked at; those beyond are ignored
 * @param addressLife how long an address counts after it was told or the connection has gone
 * @param pushDelay how long changes are gathered before they are told to all, so that several
 *     protocols registered together are one push
 * @param pushWidth peers that are told at a time
 * @param observation when peers are believed that say where they see this host
 * @param records how often what peers have signed is verified
 */
public record IdentifyConfig(
    String protocolVersion,
    String agentVersion,
    Duration timeout,
    int maxMessageBytes,
    int maxMessages,
    int maxAddresses,
    Duration addressLife,
    Duration pushDelay,
    int pushWidth,
    ObservationConfig observation,
    RecordLimits records) {
  /** Ours stays below this where it can: some peers take no more. */
  static final int OWN_MESSAGE_BYTES = 4_096;

  private static final IdentifyConfig DEFAULTS =
      new IdentifyConfig(
          "ipfs/0.1.0",
          "dds/0.1.0",
          Duration.ofSeconds(10),
          8_192,
          10,
          32,
          Duration.ofMinutes(30),
          Duration.ofMillis(50),
          16,
          ObservationConfig.defaults(),
          RecordLimits.defaults());

  public IdentifyConfig {
    if (timeout.isNegative() || timeout.isZero() || addressLife.isNegative()) {
      throw new IllegalArgumentException(
          "identify timeout " + timeout + " and address life " + addressLife + " must be positive");
    }
    if (pushDelay.isNegative()) {
      throw new IllegalArgumentException("negative push delay " + pushDelay);
    }
    if (maxMessageBytes < 1 || maxMessages < 1 || maxAddresses < 0 || pushWidth < 1) {
      throw new IllegalArgumentException(
          "identify bounds must be positive: "
              + maxMessageBytes
              + " bytes, "
              + maxMessages
              + " messages, "
              + maxAddresses
              + " addresses, "
              + pushWidth
              + " pushes");
    }
  }

  public static IdentifyConfig defaults() {
    return DEFAULTS;
  }

  public IdentifyConfig withAgentVersion(String version) {
    return new IdentifyConfig(
        protocolVersion,
        version,
        timeout,
        maxMessageBytes,
        maxMessages,
        maxAddresses,
        addressLife,
        pushDelay,
        pushWidth,
        observation,
        records);
  }

  public IdentifyConfig withTimeout(Duration newTimeout) {
    return new IdentifyConfig(
        protocolVersion,
        agentVersion,
        newTimeout,
        maxMessageBytes,
        maxMessages,
        maxAddresses,
        addressLife,
        pushDelay,
        pushWidth,
        observation,
        records);
  }

  public IdentifyConfig withPushDelay(Duration delay) {
    return new IdentifyConfig(
        protocolVersion,
        agentVersion,
        timeout,
        maxMessageBytes,
        maxMessages,
        maxAddresses,
        addressLife,
        delay,
        pushWidth,
        observation,
        records);
  }

  public IdentifyConfig withObservation(ObservationConfig newObservation) {
    return new IdentifyConfig(
        protocolVersion,
        agentVersion,
        timeout,
        maxMessageBytes,
        maxMessages,
        maxAddresses,
        addressLife,
        pushDelay,
        pushWidth,
        newObservation,
        records);
  }

  public IdentifyConfig withRecords(RecordLimits limits) {
    return new IdentifyConfig(
        protocolVersion,
        agentVersion,
        timeout,
        maxMessageBytes,
        maxMessages,
        maxAddresses,
        addressLife,
        pushDelay,
        pushWidth,
        observation,
        limits);
  }
}
