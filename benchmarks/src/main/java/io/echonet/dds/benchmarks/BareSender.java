package io.echonet.dds.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;
import javax.crypto.Cipher;

/**
 * The sending end of the bare pipeline: memory, cipher, socket, one thread. Prints its port, then
 * after each pass what it has used.
 */
final class BareSender {
  static final String COMMAND = "bare-sender";

  private BareSender() {}

  static void run(String[] options) throws Exception {
    long bytes = Long.parseLong(options[0]);
    FrameCipher cipher = new FrameCipher(Cipher.ENCRYPT_MODE);
    byte[] chunk = new byte[BareReceiver.CHUNK_BYTES];
    new Random(1).nextBytes(chunk);
    ByteBuffer plain = FrameCipher.newBuffer(FrameCipher.MAX_PLAINTEXT_BYTES);
    ByteBuffer frame = FrameCipher.newBuffer(BareReceiver.MAX_FRAME_BYTES);
    ByteBuffer out = ByteBuffer.allocateDirect(BareReceiver.MAX_FRAME_BYTES);
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      System.out.println(((InetSocketAddress) server.getLocalAddress()).getPort());
      try (SocketChannel socket = server.accept()) {
        while (Passes.await()) {
          Usage before = Usage.now();
          for (long sent = 0; sent < bytes; sent += plain.limit()) {
            plain.clear();
            int offset = (int) (sent % chunk.length);
            int length =
                (int) Math.min(Math.min(plain.capacity(), chunk.length - offset), bytes - sent);
            plain.put(chunk, offset, length).flip();
            frame.clear().position(2);
            cipher.apply(plain, frame);
            frame.flip().putShort(0, (short) (frame.limit() - 2));
            out.clear().put(frame).flip();
            while (out.hasRemaining()) {
              socket.write(out);
            }
          }
          Passes.awaitEnd();
          System.out.println(Cost.since(before));
        }
      }
    }
  }
}
