package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.echonet.dds.transport.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A plain socket to a host, by which a test says what no honest peer would. */
final class RawPeer implements AutoCloseable {
  private final Socket socket;

  private RawPeer(Socket socket) {
    this.socket = socket;
    becomePatient();
  }

  private void becomePatient() {
    try {
      if (socket.isClosed()) {
        return;
      }
      socket.setSoTimeout((int) Await.TIMEOUT.toMillis());
    } catch (SocketException e) {
      throw new AssertionError(e);
    }
  }

  static RawPeer connect(Host host) {
    Multiaddr address = host.listenAddresses().get(0);
    int port = Integer.parseInt(address.value(MultiaddrProtocol.TCP).orElseThrow());
    try {
      return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new AssertionError("cannot connect to " + address, e);
    }
  }

  /** A line of multistream-select, its length before it. */
  static byte[] line(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] line = new byte[bytes.length + 1];
    line[0] = (byte) bytes.length;
    System.arraycopy(bytes, 0, line, 1, bytes.length);
    return line;
  }

  /** Sends what the other end still takes. */
  RawPeer say(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException alreadyDropped) {
      // What matters is whether it is, and that is asked for next.
    }
    return this;
  }

  /** Waits for {@code count} bytes, which are skipped: so far the host has come. */
  void hears(int count) {
    try {
      if (socket.getInputStream().readNBytes(count).length < count) {
        throw new AssertionError("the host has closed the connection");
      }
    } catch (IOException e) {
      throw new AssertionError("the host says less than " + count + " bytes", e);
    }
  }

  /**
   * Reads until the host closes or resets the connection; answers what it said before.
   *
   * @throws AssertionError where it does neither
   */
  byte[] awaitDrop() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    byte[] buffer = new byte[4_096];
    try {
      for (int count = read(buffer); count >= 0; count = read(buffer)) {
        said.write(buffer, 0, count);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the host has not dropped the connection", e);
    } catch (SocketException reset) {
      return said.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return said.toByteArray();
  }

  private int read(byte[] buffer) throws IOException {
    return socket.getInputStream().read(buffer);
  }

  /** Whether the host has closed or reset the connection already; what it said is skipped. */
  boolean isDropped() {
    try {
      socket.setSoTimeout(1);
      byte[] buffer = new byte[4_096];
      int count = read(buffer);
      while (count > 0) {
        count = read(buffer);
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    } finally {
      becomePatient();
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
