package io.echonet.dds.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.echonet.dds.transport.testing.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
  /** Notes what was cut: frames, payloads that were wanted, and ends. */
  private static final class Notes implements FrameDecoder.Output {
    final List<Object> events = new ArrayList<>();
    final ByteArrayOutputStream payload = new ByteArrayOutputStream();
    boolean wants = true;
    int largestPiece;

    @Override
    public boolean onFrame(YamuxFrame frame) {
      events.add(frame);
      return wants && frame instanceof YamuxFrame.Data;
    }

    @Override
    public void onPayload(ByteBuf piece) {
      largestPiece = Math.max(largestPiece, piece.readableBytes());
      payload.writeBytes(Buffers.bytes(piece));
    }

    @Override
    public void onPayloadEnd() {
      events.add(payload.size());
    }
  }

  private static byte[] bytesOf(List<YamuxFrame> frames, byte[] payload) {
    ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
    int at = 0;
    for (YamuxFrame frame : frames) {
      frame.encode(out);
      if (frame instanceof YamuxFrame.Data data) {
        out.writeBytes(payload, at, (int) data.length());
        at += (int) data.length();
      }
    }
    return Buffers.bytes(out);
  }

  private static final List<YamuxFrame> FRAMES =
      List.of(
          new YamuxFrame.WindowUpdate(YamuxFrame.SYN, 1, 0),
          new YamuxFrame.Data(0, 1, 100),
          new YamuxFrame.Ping(YamuxFrame.SYN, 9),
          new YamuxFrame.Data(YamuxFrame.FIN, 1, 0),
          new YamuxFrame.Data(0, 3, 1),
          new YamuxFrame.GoAway(0));

  @Test
  void theCutOfTheBytesMakesNoDifference() {
    byte[] payload = Buffers.random(1, 101);
    byte[] bytes = bytesOf(FRAMES, payload);
    Random random = new Random(2);
    for (int round = 0; round < 500; round++) {
      Notes notes = new Notes();
      FrameDecoder decoder = new FrameDecoder(notes);
      for (int at = 0; at < bytes.length; ) {
        int count = Math.min(bytes.length - at, 1 + random.nextInt(1 + round % 60));
        decoder.feed(ByteBufAllocator.DEFAULT.buffer().writeBytes(bytes, at, count));
        at += count;
      }
      assertThat(notes.payload.toByteArray()).isEqualTo(payload);
      assertThat(notes.events)
          .containsExactly(
              FRAMES.get(0),
              FRAMES.get(1),
              100,
              FRAMES.get(2),
              FRAMES.get(3),
              100,
              FRAMES.get(4),
              101,
              FRAMES.get(5));
    }
  }

  @Test
  void payloadPassesByWithoutBeingGathered() {
    Notes notes = new Notes();
    FrameDecoder decoder = new FrameDecoder(notes);
    long length = 0xFFFFFFFFL;

    decoder.feed(ScriptedPeer.encode(new YamuxFrame.Data(0, 1, length)));
    for (int i = 0; i < 100; i++) {
      decoder.feed(Buffers.of(new byte[1_000]));
    }

    assertThat(notes.payload.size()).isEqualTo(100_000);
    assertThat(notes.largestPiece).isEqualTo(1_000);
  }

  @Test
  void unwantedPayloadIsSkipped() {
    Notes notes = new Notes();
    notes.wants = false;
    FrameDecoder decoder = new FrameDecoder(notes);

    decoder.feed(Buffers.of(bytesOf(FRAMES, new byte[101])));

    assertThat(notes.payload.size()).isZero();
    assertThat(notes.events).isEqualTo(FRAMES);
  }

  @Test
  void nothingIsReadAfterItWasStopped() {
    Notes notes = new Notes();
    FrameDecoder decoder = new FrameDecoder(notes);
    decoder.stop();

    decoder.feed(Buffers.of(bytesOf(FRAMES, new byte[101])));

    assertThat(notes.events).isEmpty();
  }

  @Test
  void aBrokenHeaderReleasesTheBytes() {
    FrameDecoder decoder = new FrameDecoder(new Notes());
    ByteBuf bytes = Buffers.of(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});

    assertThatExceptionOfType(YamuxException.class).isThrownBy(() -> decoder.feed(bytes));

    assertThat(bytes.refCnt()).isZero();
  }
}
