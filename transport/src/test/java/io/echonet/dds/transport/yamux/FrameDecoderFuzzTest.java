package io.echonet.dds.transport.yamux;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.echonet.dds.transport.testing.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes come, however they are cut: frames, or a protocol error, and no byte is lost on
 * the way.
 */
class FrameDecoderFuzzTest {
  @FuzzTest
  void cutsOrRefuses(byte[] bytes) {
    decodeAnything(bytes);
  }

  @Test
  void randomBytesAreCutOrRefused() {
    for (int seed = 0; seed < 2_000; seed++) {
      byte[] bytes = Buffers.random(seed, 500);
      for (int at = 0; at < bytes.length; at += 11) {
        // Headers that are mostly whole: version 0, a type that exists, a small length.
        bytes[at] = 0;
        bytes[(at + 1) % bytes.length] &= 3;
      }
      decodeAnything(bytes);
    }
  }

  /** The first byte says how the others are cut. */
  private static void decodeAnything(byte[] bytes) {
    long[] passed = new long[1];
    FrameDecoder decoder =
        new FrameDecoder(
            new FrameDecoder.Output() {
              private long expected;

              @Override
              public boolean onFrame(YamuxFrame frame) {
                passed[0] += YamuxFrame.HEADER_BYTES;
                ByteBuf again = Unpooled.buffer();
                frame.encode(again);
                YamuxFrame decoded =
                    YamuxFrame.decode(again.readInt(), again.readInt(), again.readInt());
                check(decoded.equals(frame), frame + " became " + decoded);
                if (frame instanceof YamuxFrame.Data some) {
                  expected = some.length();
                  return true;
                }
                return false;
              }

              @Override
              public void onPayload(ByteBuf piece) {
                passed[0] += piece.readableBytes();
                expected -= piece.readableBytes();
                check(expected >= 0, "more payload than announced");
                piece.release();
              }

              @Override
              public void onPayloadEnd() {
                check(expected == 0, "payload ends " + expected + " bytes early");
              }
            });
    long fed = 0;
    try {
      int cut = bytes.length == 0 ? 1 : 1 + (bytes[0] & 63);
      for (int at = 1; at < bytes.length; at += cut) {
        int count = Math.min(cut, bytes.length - at);
        fed += count;
        decoder.feed(Unpooled.copiedBuffer(bytes, at, count));
      }
      check(fed - passed[0] < YamuxFrame.HEADER_BYTES && fed >= passed[0], "bytes are missing");
    } catch (YamuxException e) {
      check(e.code() == GoAwayCode.PROTOCOL_ERROR, "code of " + e);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
