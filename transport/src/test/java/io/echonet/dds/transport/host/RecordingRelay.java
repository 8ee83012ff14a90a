package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Carries one connection, and remembers what its dialler says. */
final class RecordingRelay implements AutoCloseable {
  private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();
  private final ServerSocket server;
  private final Socket far;

  RecordingRelay(Multiaddr target) throws IOException {
    int port = Integer.parseInt(target.value(MultiaddrProtocol.TCP).orElseThrow());
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    far = new Socket(InetAddress.getLoopbackAddress(), port);
    start(this::accept);
  }

  Multiaddr address() {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + server.getLocalPort());
  }

  byte[] recorded() {
    synchronized (recorded) {
      return recorded.toByteArray();
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void start(Step step) {
    Thread thread =
        new Thread(
            () -> {
              try {
                step.run();
              } catch (IOException closed) {
                // The test is over, or one of the ends is.
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    try (Socket near = server.accept()) {
      start(() -> far.getInputStream().transferTo(near.getOutputStream()));
      byte[] buffer = new byte[65_536];
      for (int count = near.getInputStream().read(buffer);
          count >= 0;
          count = near.getInputStream().read(buffer)) {
        synchronized (recorded) {
          recorded.write(buffer, 0, count);
        }
        far.getOutputStream().write(buffer, 0, count);
      }
    }
    far.close();
  }

  @Override
  public void close() throws IOException {
    server.close();
    far.close();
  }
}
