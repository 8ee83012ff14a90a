package io.echonet.dds.benchmarks;

import io.echonet.dds.transport.testing.LinkShape;
import io.echonet.dds.transport.testing.ShapedLink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A {@link Library} in a process that others reach over a link of a given shape. */
final class FarLibrary implements AutoCloseable {
  private final ShapedLink link;
  private final Child process;
  private final List<String> cids;

  private FarLibrary(ShapedLink link, Child process, int contents) {
    this.link = link;
    this.process = process;
    process.line(); // Where it listens itself.
    this.cids = IntStream.range(0, contents).mapToObj(i -> process.line()).toList();
  }

  /**
   * One over {@code store} that puts so many contents into it, seeds from 1, and joins the network
   * by {@code bootstrap}, or {@link Library#NONE}.
   */
  static FarLibrary start(
      Path store, LinkShape shape, String bootstrap, int contents, int mebibytes, int distinct)
      throws IOException {
    int port = FarProvider.freePort();
    ShapedLink link = new ShapedLink(port, shape);
    Child process =
        Child.start(
            List.of(),
            Library.COMMAND,
            store.toString(),
            Integer.toString(port),
            link.address().toString(),
            bootstrap,
            Integer.toString(contents),
            Integer.toString(mebibytes),
            Integer.toString(distinct));
    return new FarLibrary(link, process, contents);
  }

  /** What it has put into its store. */
  List<String> cids() {
    return cids;
  }

  /** Where others reach it. */
  String address() {
    return link.address().toString();
  }

  /** What has passed from it to others, in bytes. */
  long sent() {
    return link.bytesToClients();
  }

  /** Ends it as a power cut would. */
  void kill() {
    process.kill();
    link.close();
  }

  @Override
  public void close() throws IOException {
    link.close();
    process.close();
  }
}
