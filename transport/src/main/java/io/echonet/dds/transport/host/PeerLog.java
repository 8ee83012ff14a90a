package io.echonet.dds.transport.host;

import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.disk.EntryLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file that what a peer store knows is written to, and read from after a restart; not what it has
 * only heard. All of it blocks.
 */
final class PeerLog {
  private static final EntryLog.Kind KIND =
      new EntryLog.Kind("dds-prs", 1, PeerLogFormat.MAX_ENTRY_BYTES);

  private final EntryLog log;
  private final InMemoryPeerStore store;

  private PeerLog(EntryLog log, InMemoryPeerStore store) {
    this.log = log;
    this.store = store;
  }

  /**
   * Reads what {@code file} has into {@code store}, as far as the store's bounds go, and writes on.
   *
   * @throws io.echonet.dds.transport.disk.UnknownVersionException where a later program wrote it
   * @throws IOException where it can't be read and written
   */
  static PeerLog open(Path file, InMemoryPeerStore store, int maxPeers) throws IOException {
    Map<PeerId, byte[]> latest = new LinkedHashMap<>();
    EntryLog log = EntryLog.open(file, KIND, body -> gather(body, latest, maxPeers));
    long live = 0;
    for (byte[] body : latest.values()) {
      PeerLogFormat.Entry entry = PeerLogFormat.decode(body).orElseThrow();
      PeerState state = entry.state();
      if (state != null) {
        store.restore(entry.peer(), state);
        live += body.length;
      }
    }
    log.assumeLive(live);
    store.trackChanges();
    return new PeerLog(log, store);
  }

  /** The last entry of a peer counts; of too many peers those count that were written last. */
  private static void gather(byte[] body, Map<PeerId, byte[]> latest, int maxPeers) {
    PeerLogFormat.decode(body)
        .ifPresent(
            entry -> {
              latest.remove(entry.peer());
              latest.put(entry.peer(), body);
              if (latest.size() > maxPeers) {
                latest.remove(latest.keySet().iterator().next());
              }
            });
  }

  /** Writes what has changed since. Never fails. */
  synchronized void flush() {
    InMemoryPeerStore.Changes changes = store.takeChanges();
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (PeerId peer : changes.peers()) {
      frames.writeBytes(log.frame(encode(peer)));
    }
    log.append(
        frames.toByteArray(),
        changes.areMore(),
        target -> {
          for (PeerId peer : store.provenPeers()) {
            target.write(encode(peer));
          }
        });
  }

  private byte[] encode(PeerId peer) {
    return PeerLogFormat.encode(new PeerLogFormat.Entry(peer, store.state(peer).orElse(null)));
  }

  /** Writes what is left and forces it to the disk. Idempotent. */
  synchronized void close() {
    flush();
    log.close();
  }
}
