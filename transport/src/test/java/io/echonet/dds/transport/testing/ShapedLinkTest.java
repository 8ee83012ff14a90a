package io.echonet.dds.transport.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShapedLinkTest {
  private static final int BYTES = 1_000_000;

  private final byte[] sent = new byte[BYTES];
  private final ServerSocket target;

  ShapedLinkTest() throws IOException {
    new Random(7).nextBytes(sent);
    target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    target.close();
  }

  @Test
  void bytesPassInOrderAndTakeTheirTimeAndTheEndFollowsThem() throws IOException {
    LinkShape shape = LinkShape.of(Duration.ofMillis(60), 10_000_000);
    try (ShapedLink link = new ShapedLink(target.getLocalPort(), shape);
        Socket client = new Socket(InetAddress.getLoopbackAddress(), link.port());
        Socket server = target.accept()) {
      long start = System.nanoTime();
      Thread writing = new Thread(() -> write(client));
      writing.start();
      assertThat(server.getInputStream().readAllBytes()).isEqualTo(sent);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(130));

      server.getOutputStream().write(7);
      assertThat(client.getInputStream().read()).isEqualTo(7);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(160));
      assertThat(link.bytesToTarget()).isEqualTo(BYTES);
      assertThat(link.bytesToClients()).isEqualTo(1);
    }
  }

  private void write(Socket client) {
    try {
      OutputStream out = client.getOutputStream();
      out.write(sent);
      client.shutdownOutput();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aStalledLinkKeepsWhatIsUnderWay() throws IOException {
    try (ShapedLink link = new ShapedLink(target.getLocalPort(), LinkShape.of(Duration.ZERO, 0));
        Socket client = new Socket(InetAddress.getLoopbackAddress(), link.port());
        Socket server = target.accept()) {
      link.stalled(true);
      client.getOutputStream().write(sent, 0, 1_000);
      assertThat(link.bytesToTarget()).isZero();
      link.stalled(false);
      server.setSoTimeout(20_000);
      assertThat(server.getInputStream().readNBytes(1_000)).isEqualTo(Arrays.copyOf(sent, 1_000));
    }
  }

  @Test
  void aCutEndsBothSides() throws IOException {
    try (ShapedLink link = new ShapedLink(target.getLocalPort(), LinkShape.of(Duration.ZERO, 0));
        Socket client = new Socket(InetAddress.getLoopbackAddress(), link.port());
        Socket server = target.accept()) {
      client.getOutputStream().write(1);
      InputStream in = server.getInputStream();
      assertThat(in.read()).isEqualTo(1);
      link.cut();
      assertThat(in.read()).isEqualTo(-1);
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }
}
