package io.echonet.dds.benchmarks;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Sha256;
import io.echonet.dds.storage.StorageProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/**
 * A store beside what the same disk and processor do for a program that does nothing else, in turn:
 * publishing, reading at random places, and a great many small chunks.
 */
final class StoreBenchmark {
  static final String COMMAND = "store";

  private static final double MB = 1e6;
  private static final List<Integer> READERS = List.of(4, 8);
  private static final int LOOKUPS_AT_ONCE = 4;
  private static final int SMALL = 1024;
  private static final int LOOKUPS = 1_000_000;

  private final StoreKind kind;
  private final Path folder;
  private final int chunks;
  private final int passes;

  private StoreBenchmark(StoreKind kind, Path folder, int mebibytes, int passes) {
    this.kind = kind;
    this.folder = folder;
    this.chunks = mebibytes * 4;
    this.passes = passes;
  }

  /**
   * Options: kind of store (segment), MiB to publish (2048), passes (3), small chunks (1,000,000).
   */
  static void run(String[] options) throws Exception {
    StoreKind kind =
        StoreKind.valueOf((options.length > 0 ? options[0] : "segment").toUpperCase(Locale.ROOT));
    int mebibytes = number(options, 1, 2048);
    int passes = number(options, 2, 3);
    int small = number(options, 3, 1_000_000);
    Path folder = Files.createTempDirectory("dds-store-benchmark");
    try {
      System.out.printf(
          Locale.ROOT,
          "%s store, %d MiB, %d passes, JDK %s, %d processors%n",
          kind.name().toLowerCase(Locale.ROOT),
          mebibytes,
          passes,
          Runtime.version(),
          Runtime.getRuntime().availableProcessors());
      StoreBenchmark benchmark = new StoreBenchmark(kind, folder, mebibytes, passes);
      benchmark.publishing();
      benchmark.reading();
      if (small > 0) {
        benchmark.manySmallOnes(small);
      }
    } finally {
      delete(folder);
    }
  }

  private static int number(String[] options, int index, int otherwise) {
    return options.length > index ? Integer.parseInt(options[index]) : otherwise;
  }

  private void publishing() throws Exception {
    double[] disk = new double[passes];
    double[] hashes = new double[passes];
    double[] publish = new double[passes];
    double[] ratio = new double[passes];
    for (int i = -1; i < passes; i++) { // The first is to warm up.
      RandomContent content = new RandomContent(i);
      Path file = folder.resolve("plain");
      double plain = PlainDisk.write(file, content, chunks);
      Files.delete(file);
      double hashing = hashTwice(content);
      double published = publish(content, folder.resolve("published"));
      delete(folder.resolve("published"));
      if (i >= 0) {
        disk[i] = rate(plain);
        hashes[i] = rate(hashing);
        publish[i] = rate(published);
        ratio[i] = publish[i] / Math.min(0.6 * disk[i], 0.8 * hashes[i]);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "plain file, synced each 16 MiB  %5.0f MB/s%n"
            + "one core's two hashes           %5.0f MB/s%n"
            + "publish                         %5.0f MB/s: %.2f of the disk, %.2f of the hashes; %.2f of"
            + " what is asked (0.6 of the disk or 0.8 of the hashes; %.2f to %.2f)%n",
        median(disk),
        median(hashes),
        median(publish),
        median(publish) / median(disk),
        median(publish) / median(hashes),
        median(ratio),
        Arrays.stream(ratio).min().orElseThrow(),
        Arrays.stream(ratio).max().orElseThrow());
  }

  /** As publishing does: each chunk, and the whole. */
  private double hashTwice(RandomContent content) {
    long start = System.nanoTime();
    var whole = Sha256.newDigest();
    for (int i = 0; i < chunks; i++) {
      byte[] chunk = content.chunk(i, Chunk.MAX_BYTES);
      whole.update(chunk);
      Sha256.newDigest().digest(chunk);
    }
    whole.digest();
    return (System.nanoTime() - start) / 1e9;
  }

  private double publish(RandomContent content, Path at) {
    try (OfflineNode node = new OfflineNode(kind.open(at))) {
      long start = System.nanoTime();
      node.publish(content.chunks(0, chunks)).block();
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private void reading() throws Exception {
    RandomContent content = new RandomContent(-1);
    Path file = folder.resolve("plain");
    PlainDisk.write(file, content, chunks);
    StorageProvider store = kind.open(folder.resolve("read"));
    Cid[] cids = new Cid[chunks];
    store
        .storeAll(
            Flux.range(0, chunks)
                .map(i -> Chunk.of(content.chunk(i, Chunk.MAX_BYTES)))
                .index((i, chunk) -> remember(cids, i, chunk)))
        .block();
    try (PlainDisk plain = PlainDisk.of(file, chunks)) {
      boolean cold = PlainDisk.dropCaches();
      for (boolean warm : cold ? new boolean[] {false, true} : new boolean[] {true}) {
        for (int readers : READERS) {
          compareReads(plain, store, cids, warm, readers);
        }
      }
      if (!cold) {
        System.out.println("random reads, cold: this process may not drop the system's cache");
      }
    } finally {
      store.close().block();
    }
    delete(folder.resolve("read"));
  }

  /** The same chunks in the same order, of which so many are asked for at once. */
  private void compareReads(
      PlainDisk plain, StorageProvider store, Cid[] cids, boolean warm, int readers)
      throws Exception {
    double[] plainRate = new double[passes];
    double[] storeRate = new double[passes];
    double[] ratio = new double[passes];
    for (int i = -1; i < passes; i++) {
      prepare(warm);
      double one = plain.read(chunks / 2, readers, i);
      prepare(warm);
      double other = read(store, cids, chunks / 2, readers, i);
      if (i >= 0) {
        plainRate[i] = rate(one) / 2;
        storeRate[i] = rate(other) / 2;
        ratio[i] = one / other;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "random reads, %d at once, %s: plain file %5.0f MB/s, store %5.0f MB/s with every chunk"
            + " checked: %.2f (%.2f to %.2f; asked 0.8)%n",
        readers,
        warm ? "warm" : "cold",
        median(plainRate),
        median(storeRate),
        median(ratio),
        Arrays.stream(ratio).min().orElseThrow(),
        Arrays.stream(ratio).max().orElseThrow());
  }

  private static Chunk remember(Cid[] cids, long index, Chunk chunk) {
    cids[(int) index] = chunk.cid();
    return chunk;
  }

  private static void prepare(boolean warm) {
    if (!warm) {
      PlainDisk.dropCaches();
    }
  }

  private static double read(StorageProvider store, Cid[] cids, int count, int readers, long seed) {
    Random random = new Random(seed);
    long start = System.nanoTime();
    Flux.range(0, count)
        .map(i -> cids[random.nextInt(cids.length)])
        .flatMap(store::retrieve, readers, 1)
        .blockLast();
    return (System.nanoTime() - start) / 1e9;
  }

  private void manySmallOnes(int count) throws Exception {
    Path at = folder.resolve("small");
    RandomContent content = new RandomContent(7);
    byte[] digests = new byte[count * Cid.DIGEST_BYTES];
    StorageProvider store = kind.open(at);
    long start = System.nanoTime();
    store
        .storeAll(
            Flux.range(0, count)
                .map(i -> Chunk.of(content.chunk(i, SMALL)))
                .index((i, chunk) -> remember(digests, i, chunk)))
        .block();
    double storing = (System.nanoTime() - start) / 1e9;
    store.close().block();

    long before = heapBytes();
    start = System.nanoTime();
    StorageProvider opened = kind.open(at);
    double opening = (System.nanoTime() - start) / 1e9;
    long heap = heapBytes() - before;
    Random random = new Random(1);
    start = System.nanoTime();
    long held =
        Flux.range(0, LOOKUPS)
            .map(i -> cid(digests, random.nextInt(count)))
            .flatMap(opened::has, LOOKUPS_AT_ONCE, 1)
            .filter(Boolean::booleanValue)
            .count()
            .blockOptional()
            .orElse(0L);
    double looking = (System.nanoTime() - start) / 1e9;
    opened.close().block();
    Files.deleteIfExists(at.resolve("index"));
    start = System.nanoTime();
    kind.open(at).close().block();
    final double rebuilding = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%,d chunks of 1 KiB: stored in %.1f s, %,.0f a second; opened in %.2f s, without its index"
            + " in %.2f s; %,.0f lookups a second (%,d found); %.1f bytes of heap a chunk%n",
        count,
        storing,
        count / storing,
        opening,
        rebuilding,
        LOOKUPS / looking,
        held,
        (double) heap / count);
  }

  private static Chunk remember(byte[] digests, long index, Chunk chunk) {
    System.arraycopy(
        chunk.cid().digest(), 0, digests, (int) index * Cid.DIGEST_BYTES, Cid.DIGEST_BYTES);
    return chunk;
  }

  private static Cid cid(byte[] digests, int index) {
    int from = index * Cid.DIGEST_BYTES;
    return Cid.of(Arrays.copyOfRange(digests, from, from + Cid.DIGEST_BYTES));
  }

  private static long heapBytes() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private double rate(double seconds) {
    return chunks * (double) Chunk.MAX_BYTES / MB / seconds;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
