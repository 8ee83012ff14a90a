package io.echonet.dds.integration;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@code dds get --json} tells at its end.
 *
 * @param peers by their ids, those that delivered something, failed or lied
 */
record GetSummary(long size, double megabytesPerSecond, Map<String, JsonObject> peers) {
  /** Of a run that did what it was to do. */
  static GetSummary of(DdsProcess.Result result) {
    if (result.exitCode() != 0) {
      throw new AssertionError(result);
    }
    String[] lines = result.errorLines();
    JsonObject summary = JsonObject.parse(lines[lines.length - 1]);
    return new GetSummary(
        summary.number("size"),
        summary.decimal("megabytesPerSecond"),
        summary.objects("peers").stream()
            .collect(Collectors.toMap(peer -> peer.text("peerId"), peer -> peer)));
  }

  /** The chunks, verified, that came from this peer, the manifest included. */
  long chunksFrom(String peerId) {
    return peers.containsKey(peerId) ? peers.get(peerId).number("chunks") : 0;
  }

  /** The chunks, verified, that came from all peers, the manifest included. */
  long chunksInAll() {
    return peers.values().stream().mapToLong(peer -> peer.number("chunks")).sum();
  }

  /** How often this peer failed to deliver. */
  long failuresOf(String peerId) {
    return peers.containsKey(peerId) ? peers.get(peerId).number("failures") : 0;
  }

  /** Whether this peer was found out to send what is wrong. */
  boolean isExcluded(String peerId) {
    return peers.containsKey(peerId) && peers.get(peerId).flag("excluded");
  }
}
