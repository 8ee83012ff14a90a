package io.echonet.dds.transport.tcp;

import io.echonet.dds.transport.limits.Bounds;
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
    Bounds.requireRange("connect timeout in ms", connectTimeout.toMillis(), 1, 600_000);
    Bounds.requireRange("backlog", backlog, 1, 65_535);
    Bounds.requireRange("high watermark in bytes", writeBufferHighBytes, 1, 64 << 20);
    Bounds.requireRange("low watermark in bytes", writeBufferLowBytes, 0, writeBufferHighBytes);
    Bounds.requireRange("receive buffer in bytes", receiveBufferBytes, 2048, 1 << 20);
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
