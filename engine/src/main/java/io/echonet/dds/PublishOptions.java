package io.echonet.dds;

import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.transport.PeerInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one content is published. What is not given here is not recorded, so equal content gets an
 * equal name.
 *
 * @param replication nodes that shall hold the content, this one included; absent means the
 *     network's target. 1 stores on this node only
 * @param filename a base name, recorded in the manifest
 * @param mimeType recorded in the manifest
 * @param timestamp recorded in the manifest, in whole seconds
 * @param metadata recorded in the manifest
 * @param targets nodes to push to before any that are found, in this order; not required to be
 *     enough
 */
public record PublishOptions(
    OptionalInt replication,
    Optional<String> filename,
    Optional<String> mimeType,
    Optional<Instant> timestamp,
    Map<String, String> metadata,
    List<PeerInfo> targets) {
  private static final PublishOptions DEFAULTS =
      new PublishOptions(
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          List.of());

  public PublishOptions {
    if (replication.isPresent() && replication.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "replication of " + replication.getAsInt() + " is less than 1, this node");
    }
    metadata = Map.copyOf(metadata);
    targets = List.copyOf(targets);
  }

  /** Nothing recorded, as many copies as the network wants, on nodes that are found. */
  public static PublishOptions defaults() {
    return DEFAULTS;
  }

  public PublishOptions withReplication(int copies) {
    return new PublishOptions(
        OptionalInt.of(copies), filename, mimeType, timestamp, metadata, targets);
  }

  public PublishOptions withFilename(String name) {
    return new PublishOptions(
        replication, Optional.of(name), mimeType, timestamp, metadata, targets);
  }

  public PublishOptions withMimeType(String type) {
    return new PublishOptions(
        replication, filename, Optional.of(type), timestamp, metadata, targets);
  }

  public PublishOptions withTimestamp(Instant time) {
    return new PublishOptions(
        replication, filename, mimeType, Optional.of(time), metadata, targets);
  }

  public PublishOptions withMetadata(Map<String, String> entries) {
    return new PublishOptions(replication, filename, mimeType, timestamp, entries, targets);
  }

  public PublishOptions withTargets(List<PeerInfo> peers) {
    return new PublishOptions(replication, filename, mimeType, timestamp, metadata, peers);
  }

  /**
   * What the manifest records.
   *
   * @throws IllegalArgumentException where an option breaks a rule of PROTOCOL section 1
   */
  ContentDetails details() {
    return new ContentDetails(filename, mimeType, timestamp, metadata);
  }
}
