package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A {@code dds node} process that is ready.
 *
 * @param data its data folder
 * @param peerId who it is
 * @param address where it is, with {@code /p2p}
 */
record DdsNode(DdsProcess dds, Path data, String peerId, String address) {
  /** What starts a node with its data in {@code data}, on loopback unless told otherwise. */
  static String[] arguments(Path data, String... more) {
    List<String> arguments = new ArrayList<>(List.of("node", "--data", data.toString()));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--listen")) {
      arguments.addAll(List.of("--listen", "/ip4/127.0.0.1/tcp/0"));
    }
    return arguments.toArray(String[]::new);
  }

  static DdsNode awaitReady(DdsProcess dds, Path data) {
    JsonObject ready = JsonObject.parse(firstLine(dds));
    if (!ready.text("event").equals("ready")) {
      throw new AssertionError("not ready but " + ready + dds.process().described());
    }
    return new DdsNode(dds, data, ready.text("peerId"), ready.texts("addrs").get(0));
  }

  private static String firstLine(DdsProcess dds) {
    BufferedReader reader = new BufferedReader(new InputStreamReader(dds.pipe(), UTF_8));
    CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> readLine(reader, dds));
    try {
      return line.get(DdsProcess.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new AssertionError(dds.process() + " is not ready" + dds.process().described(), e);
    }
  }

  private static String readLine(BufferedReader reader, DdsProcess dds) {
    try {
      String line = reader.readLine();
      if (line == null) {
        dds.await();
        throw new AssertionError(dds.process() + " ended without a word");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return dds.pid();
  }

  /** Ends it as a power cut would. */
  void kill() {
    dds.process().kill();
  }
}
