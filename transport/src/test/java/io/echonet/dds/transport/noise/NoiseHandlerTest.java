package io.echonet.dds.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.CryptoProvider;
import io.echonet.dds.transport.testing.Ends;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("FutureReturnValueIgnored") // What a write comes to shows in what is sent.
class NoiseHandlerTest {
  private static final int MAX = FrameSealer.MAX_PLAINTEXT_BYTES;

  private final Ends ends =
      new Ends(new NoiseProtocol(Ends.DIALLER), new NoiseProtocol(Ends.LISTENER)).secured();

  @AfterEach
  void close() {
    ends.close();
  }

  private static Stream<Function<byte[], Aead>> ciphers() {
    return Stream.of(
        JdkAead::new,
        key -> new ConscryptAead(key, Objects.requireNonNull(CryptoProvider.conscrypt())));
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void bytesComeOutAsTheyWentInHoweverTheyAreCut(Function<byte[], Aead> cipher) {
    Random random = new Random(5);
    for (int round = 0; round < 6; round++) {
      EmbeddedChannel from = channel(cipher);
      EmbeddedChannel to = channel(cipher);
      Ends.Reader reader = new Ends.Reader();
      to.pipeline().addLast(reader);
      to.read();
      ByteBuf expected = Unpooled.buffer();
      for (int i = 0; i < 30; i++) {
        byte[] bytes =
            new byte[random.nextInt(4) == 0 ? random.nextInt(200_000) : random.nextInt(300)];
        random.nextBytes(bytes);
        expected.writeBytes(bytes);
        ByteBuf buffer =
            random.nextBoolean() ? from.alloc().directBuffer() : from.alloc().heapBuffer();
        from.write(buffer.writeBytes(bytes));
        if (random.nextInt(3) == 0) {
          from.flush();
        }
      }
      from.flush();
      Ends.move(from, to, 1 + random.nextInt(random.nextBoolean() ? 100_000 : 3000));

      assertThat(reader.errors).isEmpty();
      assertThat(reader.bytes.toByteArray()).isEqualTo(ByteBufUtil.getBytes(expected));
      from.finishAndReleaseAll();
      to.finishAndReleaseAll();
    }
  }

  private static EmbeddedChannel channel(Function<byte[], Aead> cipher) {
    byte[] key = new byte[32];
    EmbeddedChannel channel =
        new EmbeddedChannel(new NoiseHandler(cipher.apply(key), cipher.apply(key), null));
    channel.config().setAutoRead(true);
    return channel;
  }

  @Test
  void smallWritesShareAFrameUntilTheFlush() {
    for (int i = 0; i < 100; i++) {
      ends.dialling.write(bytes(10));
    }
    assertThat(ends.dialling.outboundMessages()).isEmpty();

    ends.dialling.flush();

    assertThat(frames(Ends.sent(ends.dialling))).containsExactly(1000 + 16);
  }

  @Test
  void fullFramesAreMadeBeforeTheFlushAndTheRestWithIt() {
    ends.dialling.write(bytes(12));
    ends.dialling.write(bytes(2 * MAX));
    ends.dialling.write(bytes(7));
    ends.dialling.flush();

    assertThat(frames(Ends.sent(ends.dialling))).containsExactly(65_535, 65_535, 19 + 16);
  }

  @Test
  void eachFlushEndsAFrame() {
    ends.dialling.writeOneOutbound(bytes(5));
    ends.dialling.flush();
    ends.dialling.flush();
    ends.dialling.write(bytes(6));
    ends.dialling.flush();

    assertThat(frames(Ends.sent(ends.dialling))).containsExactly(21, 22);
  }

  @Test
  void aWriteIsDoneWhenItsLastByteIsWritten() {
    ChannelFuture small = ends.dialling.write(bytes(10));
    ChannelFuture empty = ends.dialling.write(Unpooled.EMPTY_BUFFER);
    ChannelFuture large = ends.dialling.write(bytes(MAX));
    ChannelFuture last = ends.dialling.write(Unpooled.EMPTY_BUFFER);
    assertThat(Stream.of(small, empty, large, last).noneMatch(ChannelFuture::isDone)).isTrue();

    ends.dialling.flush();

    assertThat(Stream.of(small, empty, large, last).allMatch(ChannelFuture::isSuccess)).isTrue();
    assertThat(frames(Ends.sent(ends.dialling))).containsExactly(65_535, 26);
  }

  @Test
  void whatWaitsToBeSealedCountsTowardsWritability() {
    List<Boolean> changes = new ArrayList<>();
    ends.dialling
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                changes.add(ctx.channel().isWritable());
              }
            });
    ends.dialling.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1000, 2000));

    ends.dialling.write(bytes(1500));
    assertThat(ends.dialling.isWritable()).isTrue();
    ends.dialling.write(bytes(1500));
    assertThat(ends.dialling.isWritable()).isFalse();
    ends.dialling.flush();

    assertThat(ends.dialling.isWritable()).isTrue();
    assertThat(changes).startsWith(false).endsWith(true);
    Ends.sent(ends.dialling);
  }

  @Test
  void whoeverWritesMoreWhenTheChannelBecomesWritableKeepsTheOrder() {
    ends.dialling
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              private int left = 5;

              @Override
              public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                if (ctx.channel().isWritable() && left-- > 0) {
                  ctx.write(
                      Unpooled.wrappedBuffer(new byte[] {(byte) ('a' + left)}), ctx.voidPromise());
                  ctx.flush();
                }
              }
            });
    ends.dialling.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
    for (int i = 0; i < 5; i++) {
      ends.dialling.write(
          Unpooled.wrappedBuffer(
              "0".repeat(500).getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
      ends.dialling.flush();
    }
    ends.move();

    assertThat(ends.listenersReader.errors).isEmpty();
    assertThat(ends.listenersReader.text().replace("0", "")).isEqualTo("edcba");
    assertThat(ends.listenersReader.text()).hasSize(2505);
  }

  @Test
  void aWriteThatWaitsCanNoLongerBeCancelled() {
    ChannelFuture waiting = ends.dialling.write(bytes(3));

    assertThat(waiting.cancel(false)).isFalse();
    ends.dialling.write(bytes(4));
    ends.dialling.flush();
    ends.move();

    assertThat(ends.listenersReader.bytes.size()).isEqualTo(7);
  }

  @Test
  void closingFailsWhatWaits() {
    ChannelFuture waiting = ends.dialling.write(bytes(10));

    ends.dialling.close().syncUninterruptibly();

    assertThat(waiting.cause()).isInstanceOf(ClosedChannelException.class);
    ByteBuf late = bytes(3);
    assertThat(ends.dialling.write(late).cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(late.refCnt()).isZero();
  }

  @Test
  void aFrameThatDoesNotAuthenticateEndsTheConnection() {
    ends.dialling.writeAndFlush(bytes(100));
    byte[] frame = Ends.sent(ends.dialling);
    frame[50] ^= 1;
    ChannelFuture waiting = ends.listening.write(bytes(10));

    Ends.arrive(ends.listening, frame);

    assertThat(ends.listenersReader.bytes.size()).isZero();
    assertThat(ends.listenersReader.errors)
        .singleElement()
        .satisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(ConnectionException.class)
                    .hasMessage("noise frame 0 of 116 bytes does not authenticate"));
    assertThat(ends.listening.isOpen()).isFalse();
    assertThat(waiting.cause()).isInstanceOf(ConnectionException.class);
  }

  @Test
  void aRepeatedFrameEndsTheConnection() {
    ends.dialling.writeAndFlush(bytes(100));
    byte[] frame = Ends.sent(ends.dialling);
    Ends.arrive(ends.listening, frame);
    Ends.arrive(ends.listening, frame);

    assertThat(ends.listenersReader.bytes.size()).isEqualTo(100);
    assertThat(ends.listenersReader.errors).hasSize(1);
    assertThat(ends.listening.isOpen()).isFalse();
  }

  @Test
  void aFrameShorterThanItsTagEndsTheConnection() {
    Ends.arrive(ends.listening, (byte) 0, (byte) 15);

    assertThat(ends.listenersReader.errors)
        .singleElement()
        .satisfies(
            e -> assertThat(e).hasMessage("noise frame of 15 bytes is shorter than its tag"));
    assertThat(ends.listening.isOpen()).isFalse();
  }

  @Test
  void theEndInsideAFrameIsAnError() {
    ends.dialling.writeAndFlush(bytes(10_000));
    byte[] frame = Ends.sent(ends.dialling);
    Ends.arrive(ends.listening, frame, 0, 5000);

    ends.listening.close().syncUninterruptibly();

    assertThat(ends.listenersReader.errors)
        .singleElement()
        .satisfies(e -> assertThat(e).hasMessage("connection ended inside a noise frame"));
  }

  @Test
  void anEmptyFrameSaysNothing() throws Exception {
    EmbeddedChannel to = channel(JdkAead::new);
    Ends.Reader reader = new Ends.Reader();
    to.pipeline().addLast(reader);
    to.read();
    JdkAead sealer = new JdkAead(new byte[32]);
    ByteBuf frame = sealer.buffer(to.alloc(), 18).writeShort(16);
    sealer.seal(0, frame, 2, 0);
    to.writeInbound(frame.writerIndex(18));

    assertThat(reader.errors).isEmpty();
    assertThat(reader.buffers).isZero();
    to.finishAndReleaseAll();
  }

  @Test
  void partOfAFrameIsNotWhatAReaderAskedFor() {
    int[] reads = {0};
    ends.listening
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext ctx) {
                reads[0]++;
                ctx.read();
              }
            });
    ends.listening.config().setAutoRead(false);
    ends.dialling.writeAndFlush(bytes(100));
    byte[] frame = Ends.sent(ends.dialling);
    ends.listening.read();
    Ends.arrive(ends.listening, frame, 0, 60);
    assertThat(reads).containsExactly(2);
    Ends.arrive(ends.listening, frame, 60, frame.length - 60);

    assertThat(reads).containsExactly(2);
    assertThat(ends.listenersReader.bytes.size()).isEqualTo(100);
  }

  @Test
  void noncesEndBeforeTheyRepeat() {
    EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    FrameSealer sealer =
        new FrameSealer(new JdkAead(new byte[32]), channel.pipeline().firstContext(), -2);
    sealer.write(bytes(1), channel.newPromise());
    sealer.flush();
    ChannelPromise tooMany = channel.newPromise();
    sealer.write(bytes(1), tooMany);

    assertThatThrownBy(sealer::flush)
        .isInstanceOf(ConnectionException.class)
        .hasMessage("noise nonces are used up");
    sealer.fail(new ClosedChannelException());
    assertThat(tooMany.isSuccess()).isFalse();

    channel.flush();
    byte[] last = Ends.sent(channel);
    List<ByteBuf> opened = new ArrayList<>();
    FrameOpener opener = new FrameOpener(new JdkAead(new byte[32]), opened::add, -2);
    opener.feed(channel.alloc(), Unpooled.copiedBuffer(last));
    assertThat(opened).hasSize(1);
    assertThatThrownBy(() -> opener.feed(channel.alloc(), Unpooled.copiedBuffer(last)))
        .hasMessage("noise nonces are used up");
    opened.forEach(ByteBuf::release);
    channel.finishAndReleaseAll();
  }

  private ByteBuf bytes(int count) {
    return ends.dialling.alloc().directBuffer(count).writeZero(count);
  }

  /** The lengths that the frames in {@code bytes} name. */
  private static List<Integer> frames(byte[] bytes) {
    List<Integer> lengths = new ArrayList<>();
    for (int i = 0; i < bytes.length; ) {
      int length = (bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff);
      lengths.add(length);
      i += 2 + length;
    }
    return lengths;
  }
}
