package io.echonet.dds.benchmarks;

import io.echonet.dds.PublishOptions;
import io.echonet.dds.Published;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * A node that keeps a content in its store and serves it. Prints its address and the content's CID,
 * then after each pass what it has used.
 */
final class Provider {
  static final String COMMAND = "provider";

  private static final int READ_BYTES = 1024 * 1024;

  private Provider() {}

  /** Options: its store's folder, the content, its port (any), the address it tells others. */
  static void run(String[] options) throws Exception {
    NodeConfig config =
        NodeConfig.client(Identity.generate(), List.of())
            .withChunks(Path.of(options[0]))
            .withListen(
                List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/" + port(options))), told(options))
            .withService(true, true);
    RunningNode node = Objects.requireNonNull(RunningNode.start(config).block());
    try {
      Published published =
          Objects.requireNonNull(
              node.dds()
                  .publish(read(Path.of(options[1])), PublishOptions.defaults().withReplication(1))
                  .block());
      System.out.println(node.addresses().get(0));
      System.out.println(published.cid());
      while (Passes.await()) {
        Usage before = Usage.now();
        Passes.awaitEnd();
        System.out.println(Cost.since(before));
      }
    } finally {
      node.close().block();
    }
  }

  private static String port(String[] options) {
    return options.length > 2 ? options[2] : "0";
  }

  private static List<Multiaddr> told(String[] options) {
    return options.length > 3 ? List.of(Multiaddr.parse(options[3])) : List.of();
  }

  private static Publisher<ByteBuffer> read(Path file) {
    return Flux.generate(
        () -> FileChannel.open(file),
        (FileChannel channel, SynchronousSink<ByteBuffer> sink) -> {
          try {
            ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
            if (channel.read(buffer) < 0) {
              sink.complete();
            } else {
              sink.next(buffer.flip());
            }
          } catch (java.io.IOException e) {
            sink.error(e);
          }
          return channel;
        },
        channel -> {
          try {
            channel.close();
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }
}
