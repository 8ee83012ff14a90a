package io.echonet.dds.node.control;

import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A connection to the node that runs on a data folder. */
public final class ControlClient implements AutoCloseable {
  private final SocketChannel channel;

  private ControlClient(SocketChannel channel) {
    this.channel = channel;
  }

  /** Reaches the node that listens at {@code folder}; nothing where none does. */
  public static Optional<ControlClient> connect(Path folder) throws IOException {
    try {
      return Optional.of(new ControlClient(SocketChannel.open(ControlSocket.address(folder))));
    } catch (SocketException e) {
      // There is none, or it is left over from one that was killed.
      return Optional.empty();
    }
  }

  /**
   * Asks for {@code request}, one line, and hands on what is answered; answers the last of it.
   *
   * @throws InterruptedException where this thread was interrupted; the node gives it up then
   * @throws IOException where the node ends before it has answered
   */
  public Reply run(String request, Consumer<Reply> replies)
      throws IOException, InterruptedException {
    try {
      Lines lines = new Lines(channel);
      lines.write(request);
      while (true) {
        Optional<String> line = lines.read();
        Reply reply =
            Reply.parse(line.orElseThrow(() -> new IOException("the node ended meanwhile")));
        if (reply.kind() == Reply.Kind.END) {
          return reply;
        }
        replies.accept(reply);
      }
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
