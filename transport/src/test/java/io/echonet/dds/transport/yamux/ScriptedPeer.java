package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.spi.MemoryScope;
import io.echonet.dds.transport.spi.MuxedConnection;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A session whose peer is the test: it says frame by frame what the peer sends, and reads what the
 * peer gets. Time passes only when it says so.
 */
class ScriptedPeer implements AutoCloseable {
  private static final String[] TYPES = {"data", "update", "ping", "goaway"};
  private static final String[] FLAGS = {"syn", "ack", "fin", "rst"};

  final EmbeddedChannel channel = new EmbeddedChannel();
  final List<MuxedStream> accepted = new ArrayList<>();
  final MuxedConnection connection;
  private final CompositeByteBuf heard =
      ByteBufAllocator.DEFAULT.compositeBuffer(Integer.MAX_VALUE);
  private final ByteArrayOutputStream heardPayload = new ByteArrayOutputStream();

  /** The peer has dialled: its streams are odd. */
  ScriptedPeer() {
    this(Role.RESPONDER, YamuxConfig.defaults());
  }

  /**
   * @param role the session's, not the peer's
   */
  ScriptedPeer(Role role, YamuxConfig config) {
    this(role, config, TestMemory.plenty());
  }

  ScriptedPeer(Role role, YamuxConfig config, MemoryScope memory) {
    channel.freezeTime();
    connection = new YamuxMuxer(config).attach(channel, role, memory, stream -> accept(stream));
  }

  void accept(MuxedStream stream) {
    accepted.add(stream);
  }

  void sends(YamuxFrame frame) {
    sends(encode(frame));
  }

  /** Bytes as they are, the buffer given away. */
  void sends(ByteBuf bytes) {
    channel.writeInbound(bytes);
  }

  void sendsData(int flags, int streamId, int length) {
    sends(data(flags, streamId, new byte[length]));
  }

  static ByteBuf data(int flags, int streamId, byte[] payload) {
    return encode(new YamuxFrame.Data(flags, streamId, payload.length)).writeBytes(payload);
  }

  void sendsUpdate(int flags, int streamId, long delta) {
    sends(new YamuxFrame.WindowUpdate(flags, streamId, delta));
  }

  /** Opens a stream at the peer, and answers the session's end of it. */
  MuxedStream opens(int streamId) {
    sendsUpdate(YamuxFrame.SYN, streamId, 0);
    return accepted.get(accepted.size() - 1);
  }

  /** The session opens a stream. */
  MuxedStream open() {
    MuxedStream stream = now(connection.open(262_144));
    if (stream == null) {
      throw new AssertionError("the open waits");
    }
    return stream;
  }

  /** What {@code mono} gives without anybody waiting; null where it does not end, or ends empty. */
  <T> @Nullable T now(Mono<T> mono) {
    List<T> values = new ArrayList<>();
    mono.subscribe(values::add);
    channel.runPendingTasks();
    return values.isEmpty() ? null : values.get(0);
  }

  static ByteBuf encode(YamuxFrame frame) {
    ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
    frame.encode(out);
    return out;
  }

  /** The frames the peer got since it was asked last, such as {@code data ack 1 5}. */
  List<String> hears() {
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      heard.addComponent(true, next);
    }
    List<String> frames = new ArrayList<>();
    while (heard.isReadable()) {
      frames.add(hearOne());
    }
    heard.discardReadComponents();
    return frames;
  }

  private String hearOne() {
    StringBuilder text = new StringBuilder();
    if (heard.readByte() != 0) {
      throw new AssertionError("version");
    }
    int type = heard.readByte();
    text.append(TYPES[type]);
    int flags = heard.readShort();
    for (int i = 0; i < FLAGS.length; i++) {
      if ((flags & 1 << i) != 0) {
        text.append(' ').append(FLAGS[i]);
      }
    }
    int id = heard.readInt();
    if (type < 2) {
      text.append(' ').append(Integer.toUnsignedString(id));
    }
    int length = heard.readInt();
    text.append(' ').append(Integer.toUnsignedString(length));
    if (type == 0) {
      byte[] payload = new byte[length];
      heard.readBytes(payload);
      heardPayload.writeBytes(payload);
    }
    return text.toString();
  }

  /** All the payload heard so far, of all streams. */
  byte[] heardPayload() {
    return heardPayload.toByteArray();
  }

  void passes(Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  /** The socket takes no more, or takes again what is written. */
  void socketTakes(boolean takes) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, takes);
    channel.runPendingTasks();
  }

  boolean isConnected() {
    return channel.isOpen();
  }

  @Override
  public void close() {
    channel.finishAndReleaseAll();
    heard.release();
  }
}
