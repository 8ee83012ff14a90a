package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Carries bytes between two sockets until it is told to stop reading both. */
final class StallingRelay implements AutoCloseable {
  private final ServerSocket server;
  private final int targetPort;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final boolean manySources;
  private volatile boolean stalled;

  StallingRelay(Multiaddr target) throws IOException {
    this(target, false);
  }

  /** Each connection reaches the target from another address: 127.0.0.2, 127.0.0.3 and so on. */
  static StallingRelay ofManySources(Multiaddr target) throws IOException {
    return new StallingRelay(target, true);
  }

  private StallingRelay(Multiaddr target, boolean manySources) throws IOException {
    this.manySources = manySources;
    targetPort = Integer.parseInt(target.value(MultiaddrProtocol.TCP).orElseThrow());
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  Multiaddr address() {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + server.getLocalPort());
  }

  void stall() {
    stalled = true;
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

  private interface Step {
    void run() throws IOException;
  }

  private void accept() throws IOException {
    for (byte number = 1; true; number++) {
      Socket near = server.accept();
      byte[] source = {127, 0, 0, manySources ? (byte) (number + 1) : 1};
      Socket far =
          new Socket(
              InetAddress.getLoopbackAddress(), targetPort, InetAddress.getByAddress(source), 0);
      sockets.add(near);
      sockets.add(far);
      start(() -> carry(near, far));
      start(() -> carry(far, near));
    }
  }

  private void carry(Socket from, Socket to) throws IOException {
    byte[] buffer = new byte[65_536];
    while (!stalled) {
      int count = from.getInputStream().read(buffer);
      if (count < 0) {
        to.shutdownOutput();
        return;
      }
      if (!stalled) {
        to.getOutputStream().write(buffer, 0, count);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
