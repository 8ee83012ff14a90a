package io.echonet.dds.benchmarks;

import io.echonet.dds.content.Chunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What the disk does for a program that does nothing else: one file, written and read. */
final class PlainDisk implements AutoCloseable {
  private static final int CHUNKS_A_SYNC = 64;

  private final Path file;
  private final int chunks;

  private PlainDisk(Path file, int chunks) {
    this.file = file;
    this.chunks = chunks;
  }

  /** Writes so many chunks of {@code content}, synced each 16 MiB; answers the seconds it took. */
  static double write(Path file, RandomContent content, int chunks) throws IOException {
    long start = System.nanoTime();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < chunks; i++) {
        ByteBuffer chunk = ByteBuffer.wrap(content.chunk(i, Chunk.MAX_BYTES));
        while (chunk.hasRemaining()) {
          channel.write(chunk);
        }
        if (i % CHUNKS_A_SYNC == CHUNKS_A_SYNC - 1 || i == chunks - 1) {
          channel.force(false);
        }
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** The file that {@link #write} has written. */
  static PlainDisk of(Path file, int chunks) {
    return new PlainDisk(file, chunks);
  }

  /** Reads so many chunks at random places, by so many threads; answers the seconds it took. */
  double read(int count, int threads, long seed) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long start = System.nanoTime();
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        Random random = new Random(seed + t);
        all.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < count / threads; i++) {
                    ByteBuffer chunk = ByteBuffer.allocate(Chunk.MAX_BYTES);
                    long place = (long) random.nextInt(chunks) * Chunk.MAX_BYTES;
                    while (chunk.hasRemaining()
                        && channel.read(chunk, place + chunk.position()) > 0) {}
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      executor.shutdown();
    }
  }

  /** Has the system forget what it read, where this process may; answers whether it may. */
  static boolean dropCaches() {
    try {
      new ProcessBuilder("sync").start().waitFor();
      Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
