package io.echonet.dds.node.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Answers commands on a socket in the data folder, in a folder that only its owner may enter: one
 * line of request a connection, then lines of {@link Reply}. A client that goes cancels what it
 * asked for.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /** More at once are turned away: the commands of one person. */
  static final int MAX_CLIENTS = 8;

  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);

  private final Path socket;
  private final ServerSocketChannel listening;
  private final Function<String, Flux<Reply>> answers;
  private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();

  private ControlServer(
      Path socket, ServerSocketChannel listening, Function<String, Flux<Reply>> answers) {
    this.socket = socket;
    this.listening = listening;
    this.answers = answers;
  }

  /**
   * Begins to answer at {@code folder}, which is made, in a data folder that this process has
   * claimed: what another has left there is replaced.
   *
   * @param answers to a request; their last is an {@link Reply.Kind#END}, and they do not fail
   * @throws IOException where that can't be: a path may be too long for a socket
   */
  public static ControlServer open(Path folder, Function<String, Flux<Reply>> answers)
      throws IOException {
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      Files.setPosixFilePermissions(folder, OWNER_ONLY);
    }
    Path socket = ControlSocket.in(folder);
    Files.deleteIfExists(socket);
    ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listening.bind(ControlSocket.address(folder), MAX_CLIENTS);
    } catch (IOException | RuntimeException e) {
      listening.close();
      throw new IOException(socket + ": " + e.getMessage(), e);
    }
    ControlServer server = new ControlServer(socket, listening, answers);
    server.start("dds-control", server::accept);
    return server;
  }

  private void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = listening.accept();
        clients.add(client);
        if (clients.size() > MAX_CLIENTS || !listening.isOpen()) {
          close(client);
        } else {
          start("dds-control-client", () -> serve(client));
        }
      }
    } catch (ClosedChannelException e) {
      // That is how it ends.
    } catch (IOException e) {
      LOG.warn("commands are not answered any more", e);
    }
  }

  private void serve(SocketChannel client) {
    Lines lines = new Lines(client);
    try {
      Optional<String> request = request(client, lines);
      if (request.isPresent()) {
        Disposable answering = answer(request.get(), client, lines);
        // Whatever else it says, its end is what is waited for.
        while (lines.read().isPresent()) {}
        answering.dispose();
      }
    } catch (IOException e) {
      LOG.debug("a command was not answered", e);
    } finally {
      close(client);
    }
  }

  private Optional<String> request(SocketChannel client, Lines lines) throws IOException {
    Disposable impatience =
        Schedulers.boundedElastic()
            .schedule(() -> close(client), REQUEST_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return lines.read();
    } finally {
      impatience.dispose();
    }
  }

  private Disposable answer(String request, SocketChannel client, Lines lines) {
    return answers
        .apply(request)
        .publishOn(Schedulers.boundedElastic(), 1)
        .doOnNext(reply -> write(lines, reply))
        .subscribe(
            reply -> {},
            failure -> {
              LOG.debug("could not answer '{}'", request, failure);
              close(client);
            });
  }

  private static void write(Lines lines, Reply reply) {
    try {
      lines.write(reply.toLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void close(SocketChannel client) {
    clients.remove(client);
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("did not close in order", e);
    }
  }

  /** Answers no more; what is under way is cancelled. */
  @Override
  public void close() {
    try {
      listening.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.debug("did not close in order", e);
    }
    clients.forEach(this::close);
  }
}
