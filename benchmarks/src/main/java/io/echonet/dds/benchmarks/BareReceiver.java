package io.echonet.dds.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of the bare pipeline: socket and cipher, chunk hash, whole hash, each on a
 * thread of its own with short queues between them. It is what a retrieval must do at the least.
 */
final class BareReceiver {
  static final String COMMAND = "bare-receiver";
  static final int CHUNK_BYTES = 262_144;
  static final int MAX_FRAME_BYTES = 2 + FrameCipher.MAX_PLAINTEXT_BYTES + FrameCipher.TAG_BYTES;

  private static final int QUEUED_CHUNKS = 16;

  /** Behind the last chunk; no chunk of a pass is empty. */
  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final long bytes;
  private final BlockingQueue<ByteBuffer> received = new ArrayBlockingQueue<>(QUEUED_CHUNKS);
  private final BlockingQueue<ByteBuffer> hashed = new ArrayBlockingQueue<>(QUEUED_CHUNKS);

  private BareReceiver(long bytes) {
    this.bytes = bytes;
  }

  static void run(String[] options) throws Exception {
    long bytes = Long.parseLong(options[0]);
    int port = Integer.parseInt(options[1]);
    ExecutorService stages = Executors.newFixedThreadPool(2);
    FrameCipher cipher = new FrameCipher(Cipher.DECRYPT_MODE);
    ByteBuffer in = ByteBuffer.allocateDirect(4 * CHUNK_BYTES);
    try (SocketChannel socket =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      while (Passes.await()) {
        System.out.println(new BareReceiver(bytes).receive(socket, cipher, in, stages));
      }
    } finally {
      stages.shutdownNow();
    }
  }

  private Sample receive(
      SocketChannel socket, FrameCipher cipher, ByteBuffer in, ExecutorService stages)
      throws Exception {
    Usage before = Usage.now();
    long start = System.nanoTime();
    Future<?> chunkHash = stages.submit(hash(received, hashed, true));
    Future<?> wholeHash = stages.submit(hash(hashed, null, false));
    double firstByteSeconds = decrypt(socket, cipher, in, start);
    chunkHash.get();
    wholeHash.get();
    double seconds = (System.nanoTime() - start) / 1e9;
    Usage after = Usage.now();
    return new Sample(
        Map.of(
            "bytes",
            (double) bytes,
            "seconds",
            seconds,
            "firstByteSeconds",
            firstByteSeconds,
            "cpu",
            after.cpuSeconds() - before.cpuSeconds(),
            "memory",
            (double) after.peakMemoryBytes()));
  }

  private double decrypt(SocketChannel socket, FrameCipher cipher, ByteBuffer in, long start)
      throws Exception {
    ByteBuffer frame = FrameCipher.newBuffer(MAX_FRAME_BYTES);
    ByteBuffer plain = FrameCipher.newBuffer(FrameCipher.MAX_PLAINTEXT_BYTES);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    double firstByteSeconds = 0;
    in.clear().flip();
    for (long done = 0; done < bytes; ) {
      if (in.remaining() < 2 || in.remaining() < 2 + (in.getShort(in.position()) & 0xffff)) {
        in.compact();
        if (socket.read(in) < 0) {
          throw new IllegalStateException("the sender has gone after " + done + " bytes");
        }
        in.flip();
        continue;
      }
      int length = in.getShort() & 0xffff;
      frame.clear().put(in.slice(in.position(), length)).flip();
      in.position(in.position() + length);
      plain.clear();
      cipher.apply(frame, plain);
      plain.flip();
      done += plain.remaining();
      chunk.put(plain);
      if (!chunk.hasRemaining() || done == bytes) {
        received.put(chunk.flip());
        chunk = ByteBuffer.allocate(CHUNK_BYTES);
        if (firstByteSeconds == 0) {
          firstByteSeconds = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    received.put(END);
    return firstByteSeconds;
  }

  private static Callable<byte[]> hash(
      BlockingQueue<ByteBuffer> source,
      @Nullable BlockingQueue<ByteBuffer> target,
      boolean eachChunk) {
    return () -> {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] last = new byte[0];
      for (ByteBuffer chunk = source.take(); chunk.hasRemaining(); chunk = source.take()) {
        digest.update(chunk.duplicate());
        if (eachChunk) {
          last = digest.digest();
        }
        if (target != null) {
          target.put(chunk);
        }
      }
      if (target != null) {
        target.put(END);
      }
      return eachChunk ? last : digest.digest();
    };
  }
}
