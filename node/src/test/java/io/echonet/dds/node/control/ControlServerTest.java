package io.echonet.dds.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class ControlServerTest {
  @TempDir private Path data;
  private @Nullable ControlServer server;

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  private Path folder() {
    return data.resolve("control");
  }

  private void open(Function<String, Flux<Reply>> answers) throws IOException {
    server = ControlServer.open(folder(), answers);
  }

  private void openEcho() throws IOException {
    open(request -> Flux.just(Reply.result(request), Reply.note("né"), Reply.end(3, "what\nfor")));
  }

  private List<Reply> ask(String request) throws Exception {
    List<Reply> replies = new ArrayList<>();
    try (ControlClient client = ControlClient.connect(folder()).orElseThrow()) {
      replies.add(client.run(request, replies::add));
    }
    return replies;
  }

  @Test
  void answersLineByLineAndThenHowItEnded() throws Exception {
    openEcho();

    List<Reply> replies = ask("do this");

    assertThat(replies)
        .containsExactly(Reply.result("do this"), Reply.note("né"), Reply.end(3, "what for"));
    assertThat(replies.get(2).code()).isEqualTo(3);
    assertThat(replies.get(2).reason()).isEqualTo("what for");
  }

  @Test
  void whereNobodyListensThereIsNobodyToAsk() throws IOException {
    assertThat(ControlClient.connect(folder())).isEmpty();

    openEcho();
    close();

    assertThat(ControlClient.connect(folder())).isEmpty();
  }

  @Test
  void whatAKilledNodeLeftIsNobodyAndIsReplaced() throws Exception {
    Files.createDirectory(folder());
    ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    killed.bind(ControlSocket.address(folder()));
    killed.close();
    assertThat(folder().resolve("socket")).exists();
    assertThat(ControlClient.connect(folder())).isEmpty();

    openEcho();

    assertThat(ask("x")).hasSize(3);
  }

  @Test
  void nobodyButTheOwnerMayEnter() throws IOException {
    Files.createDirectory(folder());
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxrwxrwx"));

    openEcho();

    assertThat(Files.getPosixFilePermissions(folder()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aClientThatGoesCancelsWhatItAskedFor() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger cancelled = new AtomicInteger();
    open(
        request ->
            Flux.<Reply>never()
                .doOnSubscribe(subscription -> asked.incrementAndGet())
                .doOnCancel(cancelled::incrementAndGet));
    try (SocketChannel client = SocketChannel.open(ControlSocket.address(folder()))) {
      new Lines(client).write("wait");
      Await.until("asked", () -> asked.get() == 1);
      assertThat(cancelled).hasValue(0);
    }

    Await.until("cancelled", () -> cancelled.get() == 1);
  }

  @Test
  void aRequestThatNeverEndsIsCutOff() throws Exception {
    openEcho();
    try (SocketChannel client = SocketChannel.open(ControlSocket.address(folder()))) {
      ByteBuffer noise = ByteBuffer.allocate(Lines.MAX_BYTES + 1);
      while (noise.hasRemaining()) {
        client.write(noise);
      }

      assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void moreClientsThanAPersonHasAreTurnedAway() throws Exception {
    open(request -> Flux.never());
    List<SocketChannel> clients = new ArrayList<>();
    for (int i = 0; i < ControlServer.MAX_CLIENTS; i++) {
      clients.add(SocketChannel.open(ControlSocket.address(folder())));
    }
    try (SocketChannel onceMore = SocketChannel.open(ControlSocket.address(folder()))) {
      assertThat(onceMore.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    } finally {
      for (SocketChannel client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aNodeThatEndsMeanwhileIsAnError() throws Exception {
    open(
        request ->
            Flux.<Reply>never()
                .doOnSubscribe(subscription -> Schedulers.boundedElastic().schedule(this::close)));

    assertThatThrownBy(() -> ask("x")).isInstanceOf(IOException.class);
  }

  @Test
  void aPathTooLongForASocketIsSaidToBe() throws IOException {
    Path deep = Files.createDirectories(data.resolve("x".repeat(120)));

    assertThatThrownBy(() -> ControlServer.open(deep.resolve("control"), request -> Flux.never()))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(deep.toString(), "too long");
    assertThat(ControlClient.connect(deep.resolve("control"))).isEmpty();
  }
}
