package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.disk.EntryLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A file that what a {@link ProviderStore} keeps is written to, and read from after a restart.
 *
 * <p>Whatever fails costs records after a restart and nothing else: others have them too, and who
 * provides comes back within a day.
 */
final class ProviderLog implements ProviderStore.Listener {
  /*
   * Entries are gathered in memory and appended by `flush`, which is called from time to time on a thread that may block.
   * An entry that cannot be gathered because too many are waiting is left to writing all anew.
   *
   * `pending`, `overflowed` and `closed` are guarded by the monitor, which nobody holds while the disk is at work; the
   * log's own monitor sees to it that one thread at a time writes.
   */

  /** The version before had frames of its own. */
  private static final EntryLog.Kind KIND =
      new EntryLog.Kind("dds-pro", 2, ProviderLogFormat.MAX_ENTRY_BYTES);

  private static final int MAX_PENDING_BYTES = 8 * 1024 * 1024;

  private final EntryLog log;
  private final ProviderStore store;
  private ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private boolean overflowed;
  private boolean closed;

  private ProviderLog(EntryLog log, ProviderStore store) {
    this.log = log;
    this.store = store;
  }

  /**
   * Reads what {@code file} has into {@code store}, and writes on. One process at a time may have
   * the file. Blocks.
   *
   * @throws io.echonet.dds.transport.disk.UnknownVersionException where a later program wrote it
   * @throws IOException where it can't be read and written
   */
  static ProviderLog open(Path file, ProviderStore store, PeerId self, Instant now)
      throws IOException {
    EntryLog log =
        EntryLog.open(
            file,
            KIND,
            body ->
                ProviderLogFormat.decode(body)
                    .ifPresent(entry -> restore(entry, store, self, now)));
    log.assumeLive((long) store.size() * ProviderLogFormat.RECORD_BYTES);
    ProviderLog providers = new ProviderLog(log, store);
    store.listen(providers);
    return providers;
  }

  private static void restore(
      ProviderLogFormat.Entry entry, ProviderStore store, PeerId self, Instant now) {
    // A clock that was wrong once must not keep a record forever.
    Instant time = entry.time().isAfter(now) ? now : entry.time();
    if (entry instanceof ProviderLogFormat.Provides provides) {
      // What this node itself provides, and where it is, it says anew.
      if (!provides.provider().equals(self)) {
        store.restore(provides.key(), provides.provider(), time, now);
      }
    } else if (entry instanceof ProviderLogFormat.IsAt isAt) {
      store.restore(new PeerInfo(isAt.provider(), isAt.addresses()), time);
    }
  }

  @Override
  public void onAdded(Multihash key, PeerInfo provider, boolean withAddresses, Instant time) {
    byte[] record = frame(new ProviderLogFormat.Provides(key, provider.id(), time));
    byte[] addresses =
        withAddresses
            ? frame(new ProviderLogFormat.IsAt(provider.id(), provider.addresses(), time))
            : new byte[0];
    synchronized (this) {
      if (closed) {
        return;
      }
      if (pending.size() + record.length + addresses.length > MAX_PENDING_BYTES) {
        overflowed = true;
        return;
      }
      pending.writeBytes(record);
      pending.writeBytes(addresses);
    }
  }

  private byte[] frame(ProviderLogFormat.Entry entry) {
    return log.frame(ProviderLogFormat.encode(entry));
  }

  /** Writes what has come since, or all anew where that is shorter. Blocks; never fails. */
  void flush() {
    synchronized (log) {
      byte[] frames;
      boolean anew;
      synchronized (this) {
        frames = pending.toByteArray();
        anew = overflowed;
        pending = new ByteArrayOutputStream();
        overflowed = false;
      }
      log.append(frames, anew, this::writeAll);
    }
  }

  /** What is added meanwhile may be in the new file and be appended to it as well; no harm. */
  private void writeAll(EntryLog.Target target) throws IOException {
    for (PeerId provider : store.providers()) {
      for (ProviderLogFormat.Entry entry : store.entries(provider)) {
        target.write(ProviderLogFormat.encode(entry));
      }
    }
  }

  /** Writes what is left and forces it to the disk. Blocks. Idempotent. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    flush();
    synchronized (log) {
      log.close();
    }
  }
}
