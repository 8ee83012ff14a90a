package io.echonet.dds.transport.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * How bytes travel from one in-memory host to another; each direction has its own.
 *
 * @param delay from leaving one end to arriving at the other
 * @param bytesPerSecond the bandwidth of each connection; {@link #UNLIMITED} for no limit
 * @param maxFrameBytes the largest buffer that arrives in one piece, so a small one cuts messages
 *     up
 * @param corruption is given the bytes of each frame of a stream and answers as many, right or
 *     wrong
 * @param stalled nothing arrives while this is set; what was sent waits
 * @param lostAfterBytes a connection breaks once this end has put so many bytes on it; {@link
 *     Long#MAX_VALUE} for never
 */
public record Link(
    Duration delay,
    long bytesPerSecond,
    int maxFrameBytes,
    UnaryOperator<byte[]> corruption,
    boolean stalled,
    long lostAfterBytes) {
  public static final long UNLIMITED = Long.MAX_VALUE;

  private static final UnaryOperator<byte[]> NO_CORRUPTION = UnaryOperator.identity();

  /** No delay, no limit, no fault; frames as Yamux peers send them. */
  public static final Link PERFECT =
      new Link(Duration.ZERO, UNLIMITED, 16_384, NO_CORRUPTION, false, Long.MAX_VALUE);

  public Link {
    if (delay.isNegative() || bytesPerSecond < 1 || maxFrameBytes < 1 || lostAfterBytes < 0) {
      throw new IllegalArgumentException(
          "no link has a delay of "
              + delay
              + ", "
              + bytesPerSecond
              + " bytes/s, frames of "
              + maxFrameBytes
              + " bytes and a loss after "
              + lostAfterBytes);
    }
  }

  public Link withDelay(Duration newDelay) {
    return new Link(newDelay, bytesPerSecond, maxFrameBytes, corruption, stalled, lostAfterBytes);
  }

  public Link withBandwidth(long newBytesPerSecond) {
    return new Link(delay, newBytesPerSecond, maxFrameBytes, corruption, stalled, lostAfterBytes);
  }

  public Link withMaxFrameBytes(int bytes) {
    return new Link(delay, bytesPerSecond, bytes, corruption, stalled, lostAfterBytes);
  }

  public Link withCorruption(UnaryOperator<byte[]> newCorruption) {
    return new Link(delay, bytesPerSecond, maxFrameBytes, newCorruption, stalled, lostAfterBytes);
  }

  public Link withStalled(boolean nowStalled) {
    return new Link(delay, bytesPerSecond, maxFrameBytes, corruption, nowStalled, lostAfterBytes);
  }

  public Link withLossAfter(long bytes) {
    return new Link(delay, bytesPerSecond, maxFrameBytes, corruption, stalled, bytes);
  }

  /** What arrives of {@code data}, which is given away. */
  ByteBuf corrupted(ByteBuf data) {
    if (corruption == NO_CORRUPTION) {
      return data;
    }
    byte[] sent = ByteBufUtil.getBytes(data);
    byte[] received = corruption.apply(sent);
    if (received.length != sent.length) {
      throw new IllegalStateException(
          "a corruption of " + sent.length + " bytes gave " + received.length);
    }
    return data.setBytes(data.readerIndex(), received);
  }

  long nanosFor(int bytes) {
    return bytesPerSecond == UNLIMITED ? 0 : (long) (bytes * 1e9 / bytesPerSecond);
  }
}
