package io.echonet.dds.transport.tcp;

import java.time.Duration;

/**
 * How sockets behave.
 *
 * @param connectTimeout for one attempt at one address; 1 ms to 10 min
 * @param backlog connections the kernel keeps until they are accepted, 1 to 65,535
 * @param writeBufferLowBytes a channel becomes writable again below this many unsent bytes
 * @param writeBufferHighBytes a channel stops being writable above this many unsent bytes, at most
 *     64 MiB
 * @param receiveBufferBytes the most that one read of a socket takes, 2,048 to 1 MiB
 * @param nativeTransport whether to use epoll where the machine has it
 */
public record TcpConfig(
    Duration connectTimeout,
    int backlog,
    int writeBufferLowBytes,
    int writeBufferHighBytes,
    int receiveBufferBytes,
    boolean nativeTransport) {
  private static final TcpConfig DEFAULTS =
      new TcpConfig(Duration.ofSeconds(10), 1024, 128 * 1024, 512 * 1024, 256 * 1024, true);

  public TcpConfig {
    within("connect timeout in ms", connectTimeout.toMillis(), 1, 600_000);
    within("backlog", backlog, 1, 65_535);
    within("high watermark in bytes", writeBufferHighBytes, 1, 64 << 20);
    within("low watermark in bytes", writeBufferLowBytes, 0, writeBufferHighBytes);
    within("receive buffer in bytes", receiveBufferBytes, 2048, 1 << 20);
  }

  private static void within(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + " of " + value + " is outside " + min + " to " + max);
    }
  }

  public static TcpConfig defaults() {
    return DEFAULTS;
  }

  public TcpConfig withConnectTimeout(Duration timeout) {
    return new TcpConfig(
        timeout,
        backlog,
        writeBufferLowBytes,
        writeBufferHighBytes,
        receiveBufferBytes,
        nativeTransport);
  }

  public TcpConfig withBacklog(int connections) {
    return new TcpConfig(
        connectTimeout,
        connections,
        writeBufferLowBytes,
        writeBufferHighBytes,
        receiveBufferBytes,
        nativeTransport);
  }

  public TcpConfig withWriteBuffer(int lowBytes, int highBytes) {
    return new TcpConfig(
        connectTimeout, backlog, lowBytes, highBytes, receiveBufferBytes, nativeTransport);
  }

  public TcpConfig withReceiveBuffer(int bytes) {
    return new TcpConfig(
        connectTimeout, backlog, writeBufferLowBytes, writeBufferHighBytes, bytes, nativeTransport);
  }

  public TcpConfig withNativeTransport(boolean wanted) {
    return new TcpConfig(
        connectTimeout,
        backlog,
        writeBufferLowBytes,
        writeBufferHighBytes,
        receiveBufferBytes,
        wanted);
  }
}
