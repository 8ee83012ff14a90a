package io.echonet.dds.transport.kad;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that what a {@link ProviderStore} keeps is written to, and read from after a restart.
 *
 * <p>Whatever fails costs records after a restart and nothing else: others have them too, and who
 * provides comes back within a day.
 */
final class ProviderLog implements ProviderStore.Listener {
  /*
   * Entries are gathered in memory and appended by `flush`, which is called from time to time on a thread that may block;
   * they are not forced to the disk. When the file has become twice as long as what was live when it was last written
   * anew, and a mebibyte longer, it is written anew: to another file, forced, renamed. An entry that cannot be gathered
   * because too many are waiting is left to that.
   *
   * `pending`, `overflowed` and `closed` are guarded by the monitor; all else is touched only by `flush` and `close`,
   * which exclude each other.
   */

  private static final Logger LOG = LoggerFactory.getLogger(ProviderLog.class);
  private static final int MAX_PENDING_BYTES = 8 * 1024 * 1024;
  private static final long SLACK_BYTES = 1024 * 1024;

  private final Path file;
  private final ProviderStore store;
  private final Object writing = new Object();
  private FileChannel channel;
  private long compactAt;
  private boolean isBroken;
  private ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private boolean overflowed;
  private boolean closed;

  private ProviderLog(Path file, ProviderStore store, FileChannel channel) {
    this.file = file;
    this.store = store;
    this.channel = channel;
  }

  /**
   * Reads what {@code file} has into {@code store}, cuts off what is not whole, and writes on. One
   * process at a time may have the file. Blocks.
   */
  static ProviderLog open(Path file, ProviderStore store, PeerId self, Instant now)
      throws IOException {
    FileChannel channel = FileChannel.open(file, CREATE, WRITE);
    try {
      long good;
      try (InputStream source = new BufferedInputStream(Files.newInputStream(file))) {
        good = ProviderLogFormat.read(source, entry -> restore(entry, store, self, now));
      }
      if (good < channel.size()) {
        LOG.warn("{} ends in {} bytes that are cut off", file, channel.size() - good);
      }
      channel.truncate(good);
      channel.position(good);
      if (good == 0) {
        write(channel, ProviderLogFormat.HEADER);
      }
      ProviderLog log = new ProviderLog(file, store, channel);
      log.compactAt = limit((long) store.size() * ProviderLogFormat.RECORD_BYTES);
      store.listen(log);
      return log;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
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
    byte[] record =
        ProviderLogFormat.encode(new ProviderLogFormat.Provides(key, provider.id(), time));
    byte[] addresses =
        withAddresses
            ? ProviderLogFormat.encode(
                new ProviderLogFormat.IsAt(provider.id(), provider.addresses(), time))
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

  /** Writes what has come since, or all anew where that is shorter. Blocks; never fails. */
  void flush() {
    synchronized (writing) {
      try {
        if (channel.isOpen()) {
          append();
        }
      } catch (IOException e) {
        if (!isBroken) {
          LOG.warn("provider records are not written to {} until that works again", file, e);
        }
        isBroken = true;
      }
    }
  }

  private void append() throws IOException {
    byte[] entries;
    boolean anew;
    synchronized (this) {
      entries = pending.toByteArray();
      anew = isBroken || overflowed || channel.position() + entries.length > compactAt;
      pending = new ByteArrayOutputStream();
      overflowed = false;
    }
    if (anew) {
      writeAnew();
      isBroken = false;
    } else {
      write(channel, entries);
    }
  }

  /** What is added meanwhile may be in the new file and be appended to it as well; no harm. */
  private void writeAnew() throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    FileChannel target = FileChannel.open(next, CREATE, WRITE, TRUNCATE_EXISTING);
    try {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(target), 64 * 1024);
      out.write(ProviderLogFormat.HEADER);
      for (PeerId provider : store.providers()) {
        for (ProviderLogFormat.Entry entry : store.entries(provider)) {
          out.write(ProviderLogFormat.encode(entry));
        }
      }
      out.flush();
      target.force(true);
      Files.move(next, file, ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      target.close();
      throw e;
    }
    channel.close();
    channel = target;
    compactAt = limit(channel.position());
  }

  private static long limit(long live) {
    return 2 * live + SLACK_BYTES;
  }

  private static void write(FileChannel target, byte[] bytes) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    while (source.hasRemaining()) {
      target.write(source);
    }
  }

  /** Writes what is left and forces it to the disk. Blocks. Idempotent. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    flush();
    synchronized (writing) {
      try {
        if (channel.isOpen()) {
          channel.force(false);
          channel.close();
        }
      } catch (IOException e) {
        LOG.warn("{} was not closed well", file, e);
      }
    }
  }
}
