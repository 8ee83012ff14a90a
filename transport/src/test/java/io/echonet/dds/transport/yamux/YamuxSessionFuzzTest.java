package io.echonet.dds.transport.yamux;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.echonet.dds.transport.spi.MuxedConnection;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.testing.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/**
 * A peer that sends any frames, while the session's streams are read, written, closed and reset:
 * the session goes on or ends with a protocol error, keeps within its windows, and leaves nothing
 * behind.
 */
class YamuxSessionFuzzTest {
  private static final int WINDOW = 262_144;
  private static final int MAX_STREAMS = 4;
  private static final int STEP_BYTES = 8;

  /** What is queued for readers, and for each stream one buffer that is being sent. */
  private static final long MAX_BYTES = 2 * MAX_STREAMS * (3L * WINDOW + 100_000);

  @FuzzTest
  void anyFramesAreTakenOrRefused(byte[] bytes) {
    play(bytes);
  }

  @Test
  void randomFramesAreTakenOrRefused() {
    for (int seed = 0; seed < 3_000; seed++) {
      play(Buffers.random(seed, 600));
    }
  }

  /** A script of steps, a byte or some each. */
  private static void play(byte[] bytes) {
    ByteBuf script = Unpooled.wrappedBuffer(bytes);
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(allocator);
    List<MuxedStream> streams = new ArrayList<>();
    List<Stalled> stalled = new ArrayList<>();
    YamuxConfig config = YamuxConfig.defaults().withMaxStreams(MAX_STREAMS, MAX_STREAMS);
    TestMemory memory = TestMemory.plenty();
    MuxedConnection connection =
        new YamuxMuxer(config).attach(channel, Role.RESPONDER, memory, streams::add);
    connection.open(WINDOW + 1_000).subscribe(streams::add);
    while (script.readableBytes() >= STEP_BYTES && channel.isOpen()) {
      int step = script.readUnsignedByte();
      if (step < 160) {
        channel.writeInbound(frame(step, script));
      } else if (!streams.isEmpty()) {
        act(step % 6, streams.get(script.readUnsignedByte() % streams.size()), stalled);
      }
      channel.runPendingTasks();
      channel.releaseOutbound();
      check(connection.openStreams() <= 2 * MAX_STREAMS, "too many streams");
      check(allocator.metric().usedHeapMemory() <= MAX_BYTES, "too much memory");
    }
    channel.close().syncUninterruptibly();
    // What had arrived whole is kept for its reader, until that takes it or gives it up.
    stalled.forEach(Stalled::cancel);
    channel.releaseOutbound();
    check(connection.openStreams() == 0, "streams are left");
    check(allocator.metric().usedHeapMemory() == 0, "bytes are left");
    check(memory.taken() == 0, "memory is reserved");
  }

  private static ByteBuf frame(int step, ByteBuf script) {
    ByteBuf out = Unpooled.buffer();
    int mostFlags = script.readUnsignedByte() & 15;
    int flags = mostFlags & script.readUnsignedByte();
    int id = script.readUnsignedByte() % 10;
    long length = script.readUnsignedInt() >>> (step % 4 * 8);
    if (step < 70) {
      new YamuxFrame.Data(flags, id, length).encode(out);
      out.writeZero((int) Math.min(length, 2 * WINDOW));
    } else if (step < 140) {
      new YamuxFrame.WindowUpdate(flags, id, length).encode(out);
    } else if (step < 150) {
      new YamuxFrame.Ping(flags, (int) length).encode(out);
    } else if (step < 155) {
      new YamuxFrame.GoAway(flags == 0 ? 0 : (int) length).encode(out);
    } else {
      out.writeInt((int) length);
    }
    return out;
  }

  private static void act(int action, MuxedStream stream, List<Stalled> stalled) {
    switch (action) {
      case 0 -> stream.receive().subscribe(ByteBuf::release, failure -> {});
      case 1 -> {
        Stalled reader = new Stalled();
        stalled.add(reader);
        stream.receive().subscribe(reader);
      }
      case 2 ->
          stream
              .send(Mono.fromSupplier(() -> Unpooled.buffer(100_000).writeZero(100_000)))
              .subscribe(nothing -> {}, failure -> {});
      case 3 -> stream.closeWrite().subscribe(nothing -> {}, failure -> {});
      case 4 -> stream.close().subscribe();
      default -> stream.reset();
    }
  }

  /** Takes one buffer and no more. */
  private static final class Stalled extends BaseSubscriber<ByteBuf> {
    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      subscription.request(1);
    }

    @Override
    protected void hookOnNext(ByteBuf buffer) {
      buffer.release();
    }

    @Override
    protected void hookOnError(Throwable failure) {}
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
