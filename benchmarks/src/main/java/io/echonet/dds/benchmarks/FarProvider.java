package io.echonet.dds.benchmarks;

import io.echonet.dds.transport.testing.LinkShape;
import io.echonet.dds.transport.testing.ShapedLink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

/** A process that provides a content, and tells others to reach it over a link of a given shape. */
final class FarProvider implements AutoCloseable {
  private final ShapedLink link;
  private final Child process;
  private final String cid;

  private FarProvider(ShapedLink link, Child process) {
    this.link = link;
    this.process = process;
    process.line(); // Where it listens itself.
    this.cid = process.line();
  }

  static FarProvider start(ContentFile content, String name, LinkShape shape) throws IOException {
    int port = freePort();
    ShapedLink link = new ShapedLink(port, shape);
    Child process =
        Child.start(
            List.of(),
            Provider.COMMAND,
            content.store(name).toString(),
            content.file().toString(),
            Integer.toString(port),
            link.address().toString());
    return new FarProvider(link, process);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String cid() {
    return cid;
  }

  /** Where others reach it. */
  String address() {
    return link.address().toString();
  }

  /** What has passed from it to others, in bytes. */
  long sent() {
    return link.bytesToClients();
  }

  @Override
  public void close() throws IOException {
    link.close();
    process.close();
  }
}
