package io.echonet.dds.node.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** Lines of UTF-8, of at most {@value #MAX_BYTES} bytes, over a socket that blocks. */
final class Lines {
  static final int MAX_BYTES = 16_384;

  private final SocketChannel channel;
  private final ByteBuffer received = ByteBuffer.allocate(MAX_BYTES + 1).flip();

  Lines(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * The next line, or nothing where the other end has closed.
   *
   * @throws IOException where it is too long, or was cut off
   */
  Optional<String> read() throws IOException {
    while (true) {
      for (int end = received.position(); end < received.limit(); end++) {
        if (received.get(end) == '\n') {
          byte[] line = new byte[end - received.position()];
          received.get(line).get();
          return Optional.of(new String(line, UTF_8));
        }
      }
      received.compact();
      if (!received.hasRemaining()) {
        throw new IOException("a line of more than " + MAX_BYTES + " bytes");
      }
      int count = channel.read(received);
      received.flip();
      if (count < 0) {
        if (received.hasRemaining()) {
          throw new IOException("cut off within a line");
        }
        return Optional.empty();
      }
    }
  }

  /** Writes a line; what is too long is cut. */
  void write(String line) throws IOException {
    byte[] bytes = line.getBytes(UTF_8);
    ByteBuffer source = ByteBuffer.allocate(Math.min(bytes.length, MAX_BYTES) + 1);
    source.put(bytes, 0, source.capacity() - 1).put((byte) '\n').flip();
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }
}
