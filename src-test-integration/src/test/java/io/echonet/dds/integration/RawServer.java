package io.echonet.dds.integration;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A port of loopback where all who connect get the same bytes, and nothing that answers theirs. */
final class RawServer implements AutoCloseable {
  private final ServerSocket server;
  private final byte[] said;
  private final AtomicInteger accepted = new AtomicInteger();

  private RawServer(ServerSocket server, byte[] said) {
    this.server = server;
    this.said = said;
  }

  /** One that says {@code said} and then nothing, and never hangs up first. */
  static RawServer saying(byte[] said) {
    try {
      RawServer server =
          new RawServer(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), said);
      daemon(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "raw server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void serve(Socket socket) {
    try (socket;
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream()) {
      out.write(said);
      out.flush();
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The other side has gone, as it should.
    }
  }

  /** Where it is. */
  String address() {
    return "/ip4/127.0.0.1/tcp/" + server.getLocalPort();
  }

  /** How many have connected so far. */
  int accepted() {
    return accepted.get();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
