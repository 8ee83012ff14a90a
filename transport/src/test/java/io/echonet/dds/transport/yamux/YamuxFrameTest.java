package io.echonet.dds.transport.yamux;

import static io.echonet.dds.transport.yamux.YamuxFrame.ACK;
import static io.echonet.dds.transport.yamux.YamuxFrame.FIN;
import static io.echonet.dds.transport.yamux.YamuxFrame.RST;
import static io.echonet.dds.transport.yamux.YamuxFrame.SYN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamuxFrameTest {
  /* version, type, flags, stream id, length: the layout of [yamux, Framing], one frame of each kind and flag. */
  @Test
  void framesHaveTheBytesOfTheSpecification() {
    assertGolden(new YamuxFrame.Data(0, 1, 5), "00 00 0000 00000001 00000005");
    assertGolden(new YamuxFrame.Data(SYN | FIN, 3, 0), "00 00 0005 00000003 00000000");
    assertGolden(new YamuxFrame.Data(RST, 0xFFFFFFFF, 65_507), "00 00 0008 ffffffff 0000ffe3");
    assertGolden(new YamuxFrame.Data(0, 2, 0xFFFFFFFFL), "00 00 0000 00000002 ffffffff");
    assertGolden(new YamuxFrame.WindowUpdate(SYN, 1, 0), "00 01 0001 00000001 00000000");
    assertGolden(new YamuxFrame.WindowUpdate(ACK, 2, 262_144), "00 01 0002 00000002 00040000");
    assertGolden(new YamuxFrame.WindowUpdate(0, 7, 0xFFFFFFFFL), "00 01 0000 00000007 ffffffff");
    assertGolden(new YamuxFrame.Ping(SYN, 0x01020304), "00 02 0001 00000000 01020304");
    assertGolden(new YamuxFrame.Ping(ACK, -1), "00 02 0002 00000000 ffffffff");
    assertGolden(GoAwayCode.NORMAL.frame(), "00 03 0000 00000000 00000000");
    assertGolden(GoAwayCode.PROTOCOL_ERROR.frame(), "00 03 0000 00000000 00000001");
    assertGolden(GoAwayCode.INTERNAL_ERROR.frame(), "00 03 0000 00000000 00000002");
  }

  private static void assertGolden(YamuxFrame frame, String hex) {
    String digits = hex.replace(" ", "");
    ByteBuf out = Unpooled.buffer();
    frame.encode(out);
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(digits);
    assertThat(decode(digits)).isEqualTo(frame);
  }

  private static YamuxFrame decode(String hex) {
    ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    return YamuxFrame.decode(in.readInt(), in.readInt(), in.readInt());
  }

  @Test
  void whatIsEncodedDecodesToTheSame() {
    Random random = new Random(4);
    for (int i = 0; i < 10_000; i++) {
      YamuxFrame frame = randomFrame(random);
      ByteBuf out = Unpooled.buffer();
      frame.encode(out);
      assertThat(out.readableBytes()).isEqualTo(YamuxFrame.HEADER_BYTES);
      assertThat(YamuxFrame.decode(out.readInt(), out.readInt(), out.readInt())).isEqualTo(frame);
    }
  }

  private static YamuxFrame randomFrame(Random random) {
    int flags = random.nextInt(16);
    int id = random.nextInt() | 1;
    long length = Integer.toUnsignedLong(random.nextInt());
    return switch (random.nextInt(4)) {
      case 0 -> new YamuxFrame.Data(flags, id, length);
      case 1 -> new YamuxFrame.WindowUpdate(flags, id, length);
      case 2 -> new YamuxFrame.Ping(flags, random.nextInt());
      default -> new YamuxFrame.GoAway(random.nextInt());
    };
  }

  @Test
  void unknownFlagsAreDropped() {
    assertThat(decode("00 00 fff1 00000001 00000000")).isEqualTo(new YamuxFrame.Data(SYN, 1, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "01 00 0000 00000001 00000000, version 1",
    "ff 00 0000 00000001 00000000, version 255",
    "00 04 0000 00000001 00000000, type 4",
    "00 ff 0000 00000001 00000000, type 255",
    "00 00 0000 00000000 00000000, stream 0",
    "00 01 0001 00000000 00000000, stream 0",
    "00 02 0001 00000001 00000000, stream 1",
    "00 03 0000 ffffffff 00000000, stream 4294967295"
  })
  void brokenHeadersAreProtocolErrorsThatSayWhy(String hex, String reason) {
    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> decode(hex))
        .withMessageContaining(reason)
        .satisfies(e -> assertThat(e.code()).isEqualTo(GoAwayCode.PROTOCOL_ERROR));
  }
}
