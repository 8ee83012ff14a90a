package io.echonet.dds.storage.segment;

import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.DiskFile;
import io.echonet.dds.storage.disk.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All segments of a store, of which a bounded number is open. Safe for use by many threads. */
final class Segments {
  private static final Logger LOG = LoggerFactory.getLogger(Segments.class);

  private final SegmentLayout layout;
  private final Disk disk;
  private final int maxOpen;
  private final ConcurrentSkipListMap<Integer, Segment> all = new ConcurrentSkipListMap<>();
  // Taken out, though their files might still be there when the store is opened again.
  private final Map<Integer, Path> lingering = new ConcurrentSkipListMap<>();
  // The one that was used last comes last.
  private final Map<Integer, Segment> open = new LinkedHashMap<>(16, 0.75f, true);

  Segments(SegmentLayout layout, Disk disk, int maxOpen) {
    this.layout = layout;
    this.disk = disk;
    this.maxOpen = maxOpen;
  }

  void add(Segment segment) {
    all.put(segment.number(), segment);
  }

  /** Begins the next segment; its name is durable on return. */
  Segment begin(long secret) throws IOException {
    Segment last = last();
    SegmentHeader header =
        last == null
            ? new SegmentHeader(1, 0, 0, secret)
            : new SegmentHeader(last.number() + 1, last.number(), last.size(), secret);
    int number = header.number();
    Segment segment = new Segment(number, layout.segment(number), disk, SegmentHeader.BYTES);
    segment.create(header);
    try {
      syncNames();
    } catch (IOException e) {
      segment.delete();
      throw e;
    }
    all.put(number, segment);
    return segment;
  }

  @Nullable Segment get(int number) {
    return all.get(number);
  }

  @Nullable Segment last() {
    return all.isEmpty() ? null : all.lastEntry().getValue();
  }

  /** The oldest first. */
  Collection<Segment> inOrder() {
    return all.values();
  }

  /** Fills {@code target} from {@code position}, as far as the file goes. */
  void read(int number, long position, ByteBuffer target) throws IOException {
    Segment segment = all.get(number);
    if (segment == null) {
      throw new StorageException(layout.segment(number) + " is not there");
    }
    DiskFile file = use(segment);
    try {
      file.read(target, position);
    } finally {
      segment.release();
    }
  }

  /** As {@link Segment#acquire}, closing what was not used for long. */
  DiskFile use(Segment segment) throws IOException {
    DiskFile file = segment.acquire();
    synchronized (open) {
      open.put(segment.number(), segment);
      Iterator<Segment> longestUnused = open.values().iterator();
      while (open.size() > maxOpen && longestUnused.hasNext()) {
        if (longestUnused.next().close()) {
          longestUnused.remove();
        }
      }
    }
    return file;
  }

  /** Takes {@code segment} out and deletes its file, which those who are reading it still can. */
  void delete(Segment segment) throws IOException {
    cutBefore(segment);
    lingering.put(segment.number(), segment.path());
    all.remove(segment.number());
    synchronized (open) {
      open.remove(segment.number());
    }
    segment.delete();
    syncNames();
  }

  /**
   * Only {@code segment} says where the records end of what was left as it is when it was begun.
   */
  private void cutBefore(Segment segment) throws IOException {
    Map.Entry<Integer, Segment> before = all.lowerEntry(segment.number());
    if (before != null) {
      Segment previous = before.getValue();
      DiskFile file = use(previous);
      try {
        if (file.size() > previous.size()) {
          file.truncate(previous.size());
          file.force();
        }
      } finally {
        previous.release();
      }
    }
  }

  /**
   * The numbers of those that were taken out and might be there when the store is opened again: a
   * file could not be deleted, or its name might come back in a crash.
   */
  Set<Integer> lingering() {
    return lingering.keySet();
  }

  /** Makes durable which segments there are, and tries anew to delete what could not be. */
  private void syncNames() throws IOException {
    Set<Integer> gone = new HashSet<>();
    lingering.forEach(
        (number, file) -> {
          try {
            disk.delete(file);
            gone.add(number);
          } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", file, Reason.of(e));
          }
        });
    disk.syncFolder(layout.segments());
    lingering.keySet().removeAll(gone);
  }

  void close() {
    all.values().forEach(Segment::close);
  }
}
