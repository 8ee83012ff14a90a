package io.echonet.dds.integration;

import io.echonet.dds.content.Cid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The records of the segments that a node keeps its chunks in, as they lie on the disk. */
final class StoredChunks {
  private static final int SEGMENT_HEADER_BYTES = 32;
  private static final int RECORD_HEADER_BYTES = 56;
  private static final int MAGIC = 0xDD5E_C08D;
  private static final int CHUNK = 1;
  private static final int TOMBSTONE = 3;
  private static final int TORN = 5;

  private StoredChunks() {}

  private record Stored(int kind, Cid cid, Path segment, long offset, int length) {}

  /** All chunks that were ever written, given the node's data folder. */
  static List<Cid> of(Path data) {
    return records(data, CHUNK).map(Stored::cid).toList();
  }

  /** Those that the node has given up since. */
  static List<Cid> forgotten(Path data) {
    return records(data, TOMBSTONE).map(Stored::cid).toList();
  }

  /** Gives a node that is yet to start, in {@code target}, all that the one in {@code data} has. */
  static void copy(Path data, Path target) {
    try {
      Files.createDirectories(folder(target).resolve("segments"));
      for (Path file : Stream.concat(Stream.of(format(data)), segments(data)).toList()) {
        Files.copy(file, folder(target).resolve(folder(data).relativize(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes one bit in the midst of each, as a failing disk might. */
  static void damage(Path data) {
    records(data, CHUNK).forEach(StoredChunks::damage);
  }

  /** Does so to {@code count} of them, which {@code random} chooses. */
  static void damage(Path data, int count, Random random) {
    List<Stored> chunks = new ArrayList<>(records(data, CHUNK).toList());
    Collections.shuffle(chunks, random);
    chunks.subList(0, count).forEach(StoredChunks::damage);
  }

  private static void damage(Stored chunk) {
    long middle = chunk.offset() + RECORD_HEADER_BYTES + chunk.length() / 2;
    try (FileChannel segment =
        FileChannel.open(chunk.segment(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer octet = ByteBuffer.allocate(1);
      segment.read(octet, middle);
      octet.put(0, (byte) (octet.get(0) ^ 1));
      segment.write(octet.flip(), middle);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Stored> records(Path data, int kind) {
    return segments(data)
        .flatMap(segment -> recordsIn(segment).stream())
        .filter(record -> record.kind() == kind);
  }

  /** The whole ones, up to the first that is not. */
  private static List<Stored> recordsIn(Path segment) {
    List<Stored> records = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(segment)) {
      long offset = SEGMENT_HEADER_BYTES;
      while (true) {
        ByteBuffer header = ByteBuffer.allocate(RECORD_HEADER_BYTES);
        if (channel.read(header, offset) < RECORD_HEADER_BYTES || header.getInt(0) != MAGIC) {
          return records;
        }
        byte[] digest = new byte[Cid.DIGEST_BYTES];
        header.get(20, digest);
        int kind = header.get(4);
        int length = header.getInt(8);
        int bytes = RECORD_HEADER_BYTES + (kind == CHUNK || kind == TORN ? length : 0);
        if (channel.size() < offset + bytes) {
          return records;
        }
        records.add(new Stored(kind, Cid.of(digest), segment, offset, length));
        offset += (bytes + 7) & -8;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder(Path data) {
    return data.resolve("chunks");
  }

  private static Path format(Path data) {
    return folder(data).resolve("format");
  }

  private static Stream<Path> segments(Path data) {
    Path segments = folder(data).resolve("segments");
    try (Stream<Path> all = Files.exists(segments) ? Files.list(segments) : Stream.empty()) {
      return all.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
