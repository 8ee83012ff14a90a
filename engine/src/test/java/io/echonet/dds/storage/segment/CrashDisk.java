package io.echonet.dds.storage.segment;

import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A disk in memory that keeps apart what a power cut takes: of what no sync came after, any part
 * may be lost, sector by sector, in any order, and so may names.
 */
final class CrashDisk extends Disk {
  private static final int SECTOR_BYTES = 512;

  private final Random random;
  private Map<Path, Content> names = new HashMap<>();
  private Map<Path, Content> durableNames = new HashMap<>();
  private long stepsLeft = Long.MAX_VALUE;
  private long stepsToFailure = Long.MAX_VALUE;
  private double failureRate;
  private long capacity = Long.MAX_VALUE;
  private int openFiles;

  CrashDisk(Random random) {
    this.random = random;
  }

  /** After so many more steps power is gone, in the midst of one. */
  void cutPowerAfter(long steps) {
    stepsLeft = steps;
  }

  /** From now on so many of all steps that change something fail. */
  void setFailureRate(double rate) {
    failureRate = rate;
  }

  /** After so many more steps one fails, and those after it do not. */
  void failAfter(long steps) {
    stepsToFailure = steps;
  }

  /** From now on there is room for so many bytes. */
  void setCapacity(long bytes) {
    capacity = bytes;
  }

  /** What a process started after the power cut finds. */
  void restart() {
    Map<Path, Content> survivors = new HashMap<>();
    Set<Path> all = new TreeSet<>(names.keySet());
    all.addAll(durableNames.keySet());
    for (Path name : all) {
      Content content = random.nextBoolean() ? names.get(name) : durableNames.get(name);
      if (Objects.equals(names.get(name), durableNames.get(name))) {
        content = names.get(name);
      }
      if (content != null) {
        survivors.put(name, content);
      }
    }
    survivors.values().forEach(content -> content.crash(random));
    names = survivors;
    durableNames = new HashMap<>(survivors);
    stepsLeft = Long.MAX_VALUE;
    failureRate = 0;
  }

  /** The bytes of {@code file}, which a test may damage. */
  byte[] bytes(Path file) throws IOException {
    return find(file).current;
  }

  int openFiles() {
    return openFiles;
  }

  private void step() throws IOException {
    if (stepsLeft <= 0 || --stepsLeft <= 0) {
      throw new IOException("the power is gone");
    }
    if (stepsToFailure-- == 0 || random.nextDouble() < failureRate) {
      throw new IOException("input/output error");
    }
  }

  private Content find(Path file) throws NoSuchFileException {
    Content content = names.get(file);
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return content;
  }

  private long used() {
    return names.values().stream().mapToLong(content -> content.current.length).sum();
  }

  @Override
  public void writeNew(Path file, ByteBuffer data) throws IOException {
    try (DiskFile created = create(file)) {
      created.write(data, 0);
      created.force();
    }
  }

  @Override
  public void rename(Path file, Path target) throws IOException {
    step();
    names.put(target, find(file));
    names.remove(file);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    step();
    durableNames.keySet().removeIf(name -> folder.equals(name.getParent()));
    names.forEach(
        (name, content) -> {
          if (folder.equals(name.getParent())) {
            durableNames.put(name, content);
          }
        });
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return new File(find(file));
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    step();
    if (names.containsKey(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Content content = new Content();
    names.put(file, content);
    return new File(content);
  }

  @Override
  public List<Path> list(Path folder) {
    return names.keySet().stream().filter(name -> folder.equals(name.getParent())).toList();
  }

  @Override
  public boolean exists(Path file) {
    return names.containsKey(file);
  }

  @Override
  public void delete(Path file) throws IOException {
    step();
    names.remove(file);
  }

  @Override
  public void createFolders(Path folder) {}

  @Override
  public byte[] read(Path file, int maxBytes) throws IOException {
    byte[] bytes = find(file).current;
    return Arrays.copyOf(bytes, Math.min(bytes.length, maxBytes));
  }

  @Override
  public long freeBytes(Path folder) {
    return capacity - used();
  }

  @Override
  public long totalBytes(Path folder) {
    return capacity;
  }

  private final class File implements DiskFile {
    private final Content content;

    File(Content content) {
      this.content = content;
      openFiles++;
    }

    @Override
    public void read(ByteBuffer target, long position) {
      int length = (int) Math.min(target.remaining(), content.current.length - position);
      if (length > 0) {
        target.put(content.current, (int) position, length);
      }
    }

    @Override
    public void write(ByteBuffer data, long position) throws IOException {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      long room = capacity - used() - position - bytes.length + content.current.length;
      if (room < 0) {
        throw new IOException("No space left on device");
      }
      try {
        step();
      } catch (IOException e) {
        content.apply(new Write(position, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1))));
        throw e;
      }
      content.apply(new Write(position, bytes));
    }

    @Override
    public void force() throws IOException {
      step();
      content.durable = content.current.clone();
      content.unsynced.clear();
    }

    @Override
    public long size() {
      return content.current.length;
    }

    @Override
    public void truncate(long size) throws IOException {
      step();
      content.apply(new Cut(size));
    }

    @Override
    public void close() {
      openFiles--;
    }
  }

  private interface Edit {
    byte[] of(byte[] bytes);
  }

  private static final class Write implements Edit {
    private final long position;
    private final byte[] data;

    Write(long position, byte[] data) {
      this.position = position;
      this.data = data;
    }

    @Override
    public byte[] of(byte[] bytes) {
      byte[] result = Arrays.copyOf(bytes, (int) Math.max(bytes.length, position + data.length));
      System.arraycopy(data, 0, result, (int) position, data.length);
      return result;
    }

    /** In pieces that a disk writes whole or not at all. */
    List<Edit> sectors() {
      List<Edit> sectors = new ArrayList<>();
      int from = 0;
      while (from < data.length) {
        int to =
            (int) Math.min(data.length, from + SECTOR_BYTES - (position + from) % SECTOR_BYTES);
        sectors.add(new Write(position + from, Arrays.copyOfRange(data, from, to)));
        from = to;
      }
      return sectors;
    }
  }

  private record Cut(long size) implements Edit {
    @Override
    public byte[] of(byte[] bytes) {
      return Arrays.copyOf(bytes, (int) Math.min(bytes.length, size));
    }
  }

  private static final class Content {
    private byte[] current = {};
    private byte[] durable = {};
    private final List<Edit> unsynced = new ArrayList<>();

    void apply(Edit edit) {
      current = edit.of(current);
      unsynced.add(edit);
    }

    /** A third of all power cuts take all, a third nothing, the others some. */
    void crash(Random random) {
      double kept = List.of(0.0, random.nextDouble(), 1.0).get(random.nextInt(3));
      byte[] bytes = durable;
      for (Edit edit : unsynced) {
        for (Edit part : edit instanceof Write write ? write.sectors() : List.of(edit)) {
          if (random.nextDouble() < kept) {
            bytes = part.of(bytes);
          }
        }
      }
      current = bytes.clone();
      durable = bytes.clone();
      unsynced.clear();
    }
  }
}
