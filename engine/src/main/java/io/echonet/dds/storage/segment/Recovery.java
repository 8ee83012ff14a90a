package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.DiskFile;
import io.echonet.dds.storage.disk.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opening of a store: the index is read, or made anew from the segments, and what a crash left
 * at their end is cut off.
 */
final class Recovery {
  /*
   * Whatever is found damaged is said and left where it is, but for the end of the last segment: there alone a crash may
   * leave what was never reported as stored, so there alone are chunks hashed, and what follows the last whole record is
   * cut. All that is then in the log is synced before anything is answered from it.
   */

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int PROGRESS_SEGMENTS = 32;

  private final SegmentLayout layout;
  private final SegmentStoreConfig config;
  private final Disk disk;
  private final boolean whole;
  private final Segments segments;
  private final Set<Integer> retired = new HashSet<>();
  private final Map<Long, SegmentRecord> torn = new TreeMap<>();
  private ChunkIndex index = new ChunkIndex();

  private Recovery(SegmentLayout layout, SegmentStoreConfig config, Disk disk, boolean whole) {
    this.layout = layout;
    this.config = config;
    this.disk = disk;
    this.whole = whole;
    this.segments = new Segments(layout, disk, config.maxOpenSegments());
  }

  /**
   * Opens what is in the folder, or makes an empty store of it.
   *
   * @param whole whether to fail where a file can't be read, rather than serve the rest
   */
  static SegmentLog open(SegmentLayout layout, SegmentStoreConfig config, Disk disk, boolean whole)
      throws IOException {
    Recovery recovery = new Recovery(layout, config, disk, whole);
    try {
      return recovery.open();
    } catch (IOException | RuntimeException e) {
      recovery.segments.close();
      throw e;
    }
  }

  /** The files of those segments that can be read from end to end. */
  static List<Path> sound(SegmentLayout layout, Disk disk) throws IOException {
    Recovery recovery = new Recovery(layout, SegmentStoreConfig.defaults(), disk, false);
    try {
      Map<Path, SegmentHeader> headers = recovery.headers();
      OptionalLong known = StoreFormat.read(layout, disk);
      long secret = known.orElseGet(() -> recovery.secretOf(headers));
      recovery.addSegments(headers, secret);
      return recovery.segments.inOrder().stream()
          .filter(segment -> recovery.isSound(segment, secret))
          .map(Segment::path)
          .toList();
    } finally {
      recovery.segments.close();
    }
  }

  private boolean isSound(Segment segment, long secret) {
    try {
      DiskFile file = segments.use(segment);
      try {
        SegmentScan scan = new SegmentScan(file, SegmentHeader.BYTES, segment.size(), secret);
        while (scan.next() != null) {}
        return scan.skipped() == 0 && scan.end() == segment.size();
      } finally {
        segment.release();
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be read: {}", segment.path(), Reason.of(e));
      return false;
    }
  }

  private SegmentLog open() throws IOException {
    disk.createFolders(layout.segments());
    OptionalLong known = StoreFormat.read(layout, disk);
    Map<Path, SegmentHeader> headers = headers();
    long secret = known.orElseGet(() -> secretOf(headers));
    if (known.isEmpty()) {
      StoreFormat.write(layout, disk, secret);
    }
    addSegments(headers, secret);
    LogPosition start = readSnapshot(secret);
    Segment active = readSegments(start, secret);
    check();
    deleteRetired();
    return new SegmentLog(layout, config, disk, secret, segments, index, active, start);
  }

  /** The files named as segments, with what they say of themselves: number 0 for nothing. */
  private Map<Path, SegmentHeader> headers() throws IOException {
    List<Path> foreign = new ArrayList<>(disk.list(layout.root()));
    foreign.removeAll(layout.parts());
    Map<Path, SegmentHeader> headers = new TreeMap<>();
    for (Path path : disk.list(layout.segments())) {
      if (SegmentLayout.numberOf(path).isPresent()) {
        try (DiskFile file = disk.open(path)) {
          ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
          file.read(bytes, 0);
          SegmentHeader header = SegmentHeader.decode(bytes.flip());
          headers.put(path, header == null ? new SegmentHeader(0, 0, 0, 0) : header);
        } catch (IOException e) {
          leaveAlone(path, e);
        }
      } else {
        foreign.add(path);
      }
    }
    if (!foreign.isEmpty()) {
      LOG.warn(
          "{} holds files that are not the store's, such as {}; they are left alone",
          layout.root(),
          foreign.get(0));
    }
    return headers;
  }

  private void leaveAlone(Path path, IOException e) throws IOException {
    if (whole) {
      throw new IOException(path + " cannot be read: " + Reason.of(e), e);
    }
    LOG.warn("{} cannot be read and is left alone: {}", path, Reason.of(e));
  }

  private long secretOf(Map<Path, SegmentHeader> headers) {
    OptionalLong secret =
        headers.values().stream()
            .filter(header -> header.number() > 0)
            .mapToLong(SegmentHeader::secret)
            .findFirst();
    if (secret.isEmpty() && !headers.isEmpty()) {
      throw new StorageException(
          "%s cannot be read: its file %s and the beginnings of all segments are damaged"
              .formatted(layout.root(), layout.format().getFileName()));
    }
    return secret.orElseGet(() -> new SecureRandom().nextLong());
  }

  private void addSegments(Map<Path, SegmentHeader> headers, long secret) throws IOException {
    for (Map.Entry<Path, SegmentHeader> entry : headers.entrySet()) {
      Path path = entry.getKey();
      SegmentHeader header = entry.getValue();
      OptionalInt named = SegmentLayout.numberOf(path);
      int number = header.number() > 0 ? header.number() : named.orElseThrow();
      if (header.number() > 0 && header.secret() != secret) {
        LOG.warn("{} is of another store and is left alone", path);
        continue;
      }
      if (number != named.orElseThrow()) {
        SegmentHeader byThatName = headers.get(layout.segment(number));
        if (byThatName != null && byThatName.number() == number) {
          LOG.warn("{} is a copy of segment {} and is left alone", path, number);
          continue;
        }
        LOG.warn("{} is segment {} by another name", path, number);
      }
      add(number, path, header.number() > 0);
    }
    headers.values().stream()
        .filter(header -> header.secret() == secret)
        .forEach(this::endPrevious);
  }

  /** What follows a segment's last record was never durable: the next one knows where that ends. */
  private void endPrevious(SegmentHeader header) {
    Segment previous = segments.get(header.previous());
    if (previous != null && previous.size() > header.previousEnd()) {
      previous.setSize(header.previousEnd());
    } else if (previous != null && previous.size() < header.previousEnd()) {
      LOG.warn(
          "{} is {} bytes shorter than it was",
          previous.path(),
          header.previousEnd() - previous.size());
    }
  }

  private void add(int number, Path path, boolean hasHeader) throws IOException {
    long size;
    try (DiskFile file = disk.open(path)) {
      size = file.size();
    }
    if (hasHeader) {
      segments.add(new Segment(number, path, disk, size));
    } else if (size > SegmentHeader.BYTES && number > 0) {
      LOG.warn("the beginning of {} cannot be read; its records are, as far as they can", path);
      segments.add(new Segment(number, path, disk, size));
    } else {
      // It was being begun when a crash came.
      disk.delete(path);
    }
  }

  /** Where the segments are to be read from. */
  private LogPosition readSnapshot(long secret) {
    try {
      LogPosition position = new SnapshotFile(layout, disk).read(index, secret);
      if (position != null && fits(position)) {
        return position;
      }
      if (!segments.inOrder().isEmpty() || position != null) {
        LOG.info("{} is not there or not of use; all segments are read", layout.snapshot());
      }
      if (position != null) {
        // It names segments that are not as long as they were; those that are gone are said.
        reportMissing();
      }
      new SnapshotFile(layout, disk).delete();
    } catch (IOException e) {
      LOG.warn("{} cannot be read: {}", layout.snapshot(), Reason.of(e));
    }
    index = new ChunkIndex();
    return LogPosition.START;
  }

  private boolean fits(LogPosition position) {
    Segment segment = segments.get(position.segment());
    return position.equals(LogPosition.START)
        || (segment != null && segment.size() >= position.offset());
  }

  private void reportMissing() {
    Map<Integer, Integer> lost = new TreeMap<>();
    index.forEach(
        (cid, entry) -> {
          if (segments.get(entry.segment()) == null) {
            lost.merge(entry.segment(), 1, Integer::sum);
          }
        });
    lost.forEach(
        (number, chunks) ->
            LOG.warn("{} is missing, and {} chunks with it", layout.segment(number), chunks));
  }

  /** Brings the index up to date; answers the segment to go on with. */
  private @Nullable Segment readSegments(LogPosition start, long secret) throws IOException {
    List<Segment> unread =
        segments.inOrder().stream().filter(s -> s.number() >= start.segment()).toList();
    Segment last = segments.last();
    Segment active = null;
    for (int i = 0; i < unread.size(); i++) {
      Segment segment = unread.get(i);
      long from = segment.number() == start.segment() ? start.offset() : SegmentHeader.BYTES;
      OptionalLong end = read(segment, from, secret, segment == last);
      if (segment == last && end.isPresent()) {
        cut(segment, from, end.getAsLong(), secret);
        active = segment;
      }
      if ((i + 1) % PROGRESS_SEGMENTS == 0) {
        LOG.info("read {} of {} segments of {}", i + 1, unread.size(), layout.root());
      }
    }
    boolean full =
        active == null || active.size() + SegmentRecord.HEADER_BYTES > config.segmentBytes();
    return full ? null : active;
  }

  /** Answers where the last record ends; empty where that could not be found out. */
  private OptionalLong read(Segment segment, long from, long secret, boolean isLast)
      throws IOException {
    try {
      DiskFile file = segments.use(segment);
      try {
        SegmentScan scan = new SegmentScan(file, from, segment.size(), secret);
        for (SegmentRecord record = scan.next(); record != null; record = scan.next()) {
          if (!isLast || scan.isWhole(record)) {
            replay(record, segment, scan.offset());
          } else {
            LOG.warn("{}: chunk {} is not whole", segment.path(), record.cid());
            torn.put(scan.offset(), record.torn());
          }
        }
        long beyond = isLast ? 0 : segment.size() - scan.end();
        if (scan.skipped() + beyond > 0) {
          LOG.warn(
              "{}: {} bytes cannot be read and are skipped",
              segment.path(),
              scan.skipped() + beyond);
        }
        return OptionalLong.of(scan.end());
      } finally {
        segment.release();
      }
    } catch (IOException e) {
      leaveAlone(segment.path(), e);
      return OptionalLong.empty();
    }
  }

  /**
   * Cuts the last segment where its last whole record ends, and makes what is left durable. What is
   * torn in the midst of it must not be taken for a chunk once this is no longer the last.
   */
  private void cut(Segment segment, long from, long end, long secret) throws IOException {
    if (segment.size() == from) {
      return;
    }
    DiskFile file = segments.use(segment);
    try {
      if (segment.size() > end) {
        LOG.info(
            "{}: cut {} bytes that were never reported as stored",
            segment.path(),
            segment.size() - end);
        file.truncate(end);
      } else {
        // The last chunk may be whole without what pads it.
        file.write(ByteBuffer.allocate((int) (end - segment.size())), segment.size());
      }
      segment.setSize(end);
      for (Map.Entry<Long, SegmentRecord> record : torn.entrySet()) {
        ByteBuffer header = ByteBuffer.allocate(SegmentRecord.HEADER_BYTES);
        record.getValue().encode(header, secret);
        file.write(header.flip(), record.getKey());
      }
      file.force();
    } finally {
      segment.release();
    }
    disk.syncFolder(layout.segments());
  }

  private void replay(SegmentRecord record, Segment segment, long offset) {
    Cid cid = record.cid();
    switch (record.kind()) {
      case CHUNK ->
          index.put(
              cid, new IndexEntry(segment.number(), offset, record.length(), record.holdings()));
      case REASONS -> {
        IndexEntry held = index.find(cid);
        if (held != null) {
          index.put(cid, held.withHoldings(held.holdings() | record.holdings()));
        }
      }
      case TOMBSTONE -> index.remove(cid);
      case RETIRED -> retired.add(record.segment());
      case TORN -> {}
    }
  }

  /** Takes out what lies nowhere, and counts what lies where. */
  private void check() {
    Map<Integer, List<Cid>> lost = new HashMap<>();
    index.forEach(
        (cid, entry) -> {
          Segment segment = segments.get(entry.segment());
          if (segment != null
              && entry.offset() + SegmentRecord.HEADER_BYTES + entry.length() <= segment.size()) {
            segment.addLive(entry.recordBytes());
          } else {
            lost.computeIfAbsent(entry.segment(), number -> new ArrayList<>()).add(cid);
          }
        });
    lost.forEach(
        (number, cids) -> {
          cids.forEach(index::remove);
          if (retired.contains(number)) {
            return;
          }
          String what = segments.get(number) == null ? "is missing" : "is shorter than it was";
          LOG.warn("{} {}, and {} chunks are lost", layout.segment(number), what, cids.size());
        });
  }

  /** A crash came between the word that they are done with and their end. */
  private void deleteRetired() throws IOException {
    for (int number : retired) {
      Segment segment = segments.get(number);
      if (segment != null && segment.liveBytes() == 0 && segment != segments.last()) {
        segments.delete(segment);
      }
    }
  }
}
