package io.echonet.dds.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.spi.MuxedConnection;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.testing.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * Two sessions back to back, and a seed that decides everything that happens to them: who opens,
 * sends, reads, stops, cancels, closes and resets when, how the bytes between them are cut, and
 * when a socket takes no more. Whatever the seed, every byte arrives in order, or its stream is
 * reset, and nothing is left over.
 */
class YamuxScheduleTest {
  private static final int STEPS = 1_500;
  private static final int MAX_STREAMS = 24;

  static long[] seeds() {
    return new Random(20_260_101).longs(100).toArray();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyByteArrivesInOrderOrTheStreamIsReset(long seed) {
    Schedule schedule = new Schedule(seed);
    schedule.run();
    schedule.finish();
  }

  /** The byte at {@code offset} of what one end of a stream sends. */
  private static byte byteAt(int key, long offset) {
    long mixed = (offset + 1) * 0x9E3779B97F4A7C15L + key * 0xC2B2AE3D27D4EB4FL;
    return (byte) (mixed >>> 56);
  }

  private static byte[] bytesAt(int key, long offset, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = byteAt(key, offset + i);
    }
    return bytes;
  }

  private static final class Schedule {
    /** Counts every byte, which shows a leak at once, and is faster than tracking buffers. */
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

    private final Random random;
    private final End dialler;
    private final End acceptor;
    private final List<Half> halves = new ArrayList<>();
    private final Map<Long, Half> unpaired = new HashMap<>();

    Schedule(long seed) {
      random = new Random(seed);
      YamuxConfig config =
          YamuxConfig.defaults()
              .withMaxStreams(MAX_STREAMS, MAX_STREAMS)
              .withOpening(1 + random.nextInt(8), MAX_STREAMS)
              .withInboundWindow(262_144 + random.nextInt(2) * random.nextInt(500_000))
              .withFrames(1 + random.nextInt(70_000), 1 + random.nextInt(300_000));
      dialler = new End(Role.INITIATOR, config);
      acceptor = new End(Role.RESPONDER, config);
    }

    private End anyEnd() {
      return random.nextBoolean() ? dialler : acceptor;
    }

    private @Nullable Half any(Predicate<Half> wanted) {
      List<Half> some = halves.stream().filter(wanted).toList();
      return some.isEmpty() ? null : some.get(random.nextInt(some.size()));
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        step();
        assertThat(dialler.channel.isOpen() && acceptor.channel.isOpen()).isTrue();
      }
    }

    private void step() {
      int dice = random.nextInt(100);
      if (dice < 40) {
        move(anyEnd());
      } else if (dice < 44) {
        open(anyEnd());
      } else if (dice < 62) {
        Half half = any(h -> !h.writeClosed);
        if (half != null) {
          half.send();
        }
      } else if (dice < 90) {
        Half half = any(h -> !h.readCancelled);
        if (half != null) {
          half.request(1 + random.nextInt(5));
        }
      } else if (dice < 93) {
        Half half = any(h -> !h.writeClosed);
        if (half != null) {
          half.closeWrite();
        }
      } else if (dice < 96) {
        End end = anyEnd();
        end.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, random.nextBoolean());
        end.channel.runPendingTasks();
      } else {
        disturb(dice);
      }
    }

    private void disturb(int dice) {
      Half half = any(h -> !h.disturbed);
      if (half == null || random.nextInt(3) > 0) {
        return;
      }
      if (dice == 96) {
        half.reset();
      } else if (dice == 97) {
        half.cancelReading();
      } else if (dice == 98) {
        half.cancelSending();
      } else {
        half.close();
      }
    }

    private void open(End end) {
      end.connection
          .open(262_144 + random.nextInt(2) * random.nextInt(1_000_000))
          .subscribe(stream -> add(new Half(end, stream)), failure -> {});
    }

    void add(Half half) {
      halves.add(half);
      Half other = unpaired.remove(half.stream.id());
      if (other == null) {
        unpaired.put(half.stream.id(), half);
      } else {
        half.other = other;
        other.other = half;
      }
    }

    /** Brings some of what an end has written to the other, in pieces. */
    private boolean move(End from) {
      End to = from == dialler ? acceptor : dialler;
      from.collect();
      boolean moved = false;
      for (int i = random.nextInt(4); i >= 0 && from.written.isReadable(); i--) {
        int most = random.nextBoolean() ? 100 : 200_000;
        int count = Math.min(from.written.readableBytes(), 1 + random.nextInt(most));
        to.channel.writeInbound(allocator.buffer(count).writeBytes(from.written, count));
        moved = true;
      }
      from.written.discardSomeReadBytes();
      return moved;
    }

    private boolean moveBoth() {
      boolean there = move(dialler);
      boolean back = move(acceptor);
      return there || back;
    }

    /** Lets everybody read to the end, and looks at what came of it. */
    void finish() {
      dialler.settle();
      acceptor.settle();
      for (int calm = 0; calm < 3; ) {
        for (Half half : List.copyOf(halves)) {
          half.request(Long.MAX_VALUE);
          half.closeWrite();
        }
        calm = moveBoth() ? 0 : calm + 1;
      }
      halves.forEach(Half::check);
      for (Half half : List.copyOf(halves)) {
        half.reset();
      }
      for (int calm = 0; calm < 3; ) {
        calm = moveBoth() ? 0 : calm + 1;
      }
      assertThat(halves).allMatch(half -> half.closed);
      assertThat(halves).allMatch(half -> half.sending == 0);
      assertThat(dialler.connection.openStreams()).isZero();
      assertThat(acceptor.connection.openStreams()).isZero();
      dialler.close();
      acceptor.close();
      assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    private final class End {
      final EmbeddedChannel channel = new EmbeddedChannel();
      final MuxedConnection connection;
      final ByteBuf written = allocator.buffer();

      End(Role role, YamuxConfig config) {
        channel.config().setAllocator(allocator);
        connection =
            new YamuxMuxer(config)
                .attach(channel, role, TestMemory.plenty(), stream -> add(new Half(this, stream)));
      }

      void collect() {
        channel.runPendingTasks();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
          written.writeBytes(next);
          next.release();
        }
      }

      void settle() {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();
      }

      void close() {
        channel.finishAndReleaseAll();
        written.release();
      }
    }

    /** One end's view of a stream. */
    private final class Half extends BaseSubscriber<ByteBuf> {
      final MuxedStream stream;
      final int sendKey;
      final int receiveKey;
      @Nullable Half other;
      long generated;
      long received;
      int sending;
      boolean writeClosed;
      boolean writeFailed;
      boolean readCancelled;
      boolean completed;
      boolean wrong;
      @Nullable Throwable failure;
      boolean disturbed;
      boolean closed;
      final List<Disposable> sends = new ArrayList<>();

      Half(End end, MuxedStream stream) {
        this.stream = stream;
        int fromDialler = (int) stream.id() * 2;
        sendKey = end == dialler ? fromDialler : fromDialler + 1;
        receiveKey = end == dialler ? fromDialler + 1 : fromDialler;
        stream.onClose().subscribe(nothing -> {}, failure -> {}, () -> closed = true);
        stream.receive().subscribe(this);
      }

      @Override
      protected void hookOnSubscribe(Subscription subscription) {}

      @Override
      protected void hookOnNext(ByteBuf buffer) {
        byte[] bytes = Buffers.bytes(buffer);
        if (!Arrays.equals(bytes, bytesAt(receiveKey, received, bytes.length))) {
          wrong = true;
        }
        received += bytes.length;
      }

      @Override
      protected void hookOnComplete() {
        completed = true;
      }

      @Override
      protected void hookOnError(Throwable failure) {
        this.failure = failure;
      }

      void send() {
        int buffers = random.nextInt(6);
        int most = 1 + random.nextInt(random.nextBoolean() ? 200 : 150_000);
        Flux<ByteBuf> source = Flux.range(0, buffers).map(i -> next(random.nextInt(most)));
        sending++;
        sends.add(
            stream
                .send(source)
                .doFinally(signal -> sending--)
                .subscribe(nothing -> {}, failure -> writeFailed = true));
      }

      private ByteBuf next(int length) {
        byte[] bytes = bytesAt(sendKey, generated, length);
        generated += length;
        return allocator.buffer(Math.max(1, length)).writeBytes(bytes);
      }

      void closeWrite() {
        if (!writeClosed) {
          writeClosed = true;
          stream.closeWrite().subscribe(nothing -> {}, failure -> writeFailed = true);
        }
      }

      void reset() {
        disturbed = true;
        writeClosed = true;
        stream.reset();
      }

      void cancelReading() {
        disturbed = true;
        readCancelled = true;
        cancel();
      }

      void cancelSending() {
        disturbed = true;
        sends.forEach(Disposable::dispose);
      }

      void close() {
        disturbed = true;
        writeClosed = true;
        stream.close().subscribe();
      }

      void check() {
        Half peer = other;
        if (peer == null) {
          assertThat(disturbed || failure != null || closed)
              .as("%s has another end", stream)
              .isTrue();
          return;
        }
        assertThat(wrong).as("wrong bytes on %s", stream).isFalse();
        if (completed) {
          assertThat(received).isEqualTo(peer.generated);
        } else {
          assertThat(received).isLessThanOrEqualTo(peer.generated);
        }
        if (!disturbed && !peer.disturbed) {
          assertThat(completed).as("%s was read to the end", stream).isTrue();
          assertThat(writeFailed).isFalse();
          assertThat(sending).isZero();
        }
      }
    }
  }
}
