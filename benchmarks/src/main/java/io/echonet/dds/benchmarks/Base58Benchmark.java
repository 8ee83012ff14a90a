package io.echonet.dds.benchmarks;

import io.echonet.dds.multiformats.Base58;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How many digests of 32 bytes become text a second, and text digests. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Base58Benchmark {
  private static final int DIGESTS = 1024;

  private final byte[][] digests = new byte[DIGESTS][32];
  private final String[] texts = new String[DIGESTS];
  private int next;

  /** Makes the digests, the same ones each time. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    for (int i = 0; i < DIGESTS; i++) {
      random.nextBytes(digests[i]);
      texts[i] = Base58.encode(digests[i]);
    }
  }

  /** One digest to text. */
  @Benchmark
  public String encode() {
    return Base58.encode(digests[next++ & DIGESTS - 1]);
  }

  /** One text to its digest. */
  @Benchmark
  public byte[] decode() {
    return Base58.decode(texts[next++ & DIGESTS - 1]);
  }
}
