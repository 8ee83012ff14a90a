package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A value under its key, as it travels.
 *
 * @param timeReceived when the one who sends it received it, RFC 3339 with nine digits of a second;
 *     anything a peer made up
 */
record ValueRecord(ByteString key, ByteString value, String timeReceived) {
  /** Deployed peers read no other form of RFC 3339. */
  private static final DateTimeFormatter RFC_3339 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

  static ValueRecord received(ByteString key, ByteString value, Instant time) {
    return new ValueRecord(key, value, RFC_3339.format(time));
  }
}
