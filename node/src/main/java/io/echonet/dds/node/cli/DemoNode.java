package io.echonet.dds.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.echonet.dds.transport.PeerId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code dds node} in a process of its own, on a free port of 127.0.0.1. */
final class DemoNode implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("\\{\"event\":\"ready\",\"peerId\":\"([^\"]+)\",\"addrs\":\\[\"([^\"]+)\".*");
  private static final String MAX_HEAP = "-Xmx192m";
  private static final long END_SECONDS = 5;

  private final String name;
  private final Process process;
  private final PeerId peer;
  private final Multiaddr address;
  private boolean killed;

  private DemoNode(String name, Process process, PeerId peer, Multiaddr address) {
    this.name = name;
    this.process = process;
    this.peer = peer;
    this.address = address;
  }

  /**
   * A node that has been started and may not be ready yet. Its standard input is held open: when
   * this process goes, however it goes, the node ends too.
   */
  record Starting(String name, Process process, Path log) implements AutoCloseable {
    static Starting of(String name, Path folder, List<Multiaddr> bootstrap) throws IOException {
      List<String> command = new ArrayList<>(thisProgram());
      command.addAll(List.of("node", "--data", folder.resolve(name).toString()));
      command.addAll(List.of("--listen", "/ip4/127.0.0.1/tcp/0", "--end-with-stdin"));
      bootstrap.forEach(address -> command.addAll(List.of("--bootstrap", address.toString())));
      Path log = folder.resolve(name + ".log");
      Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
      return new Starting(name, process, log);
    }

    /** Waits until the node says that it is ready. */
    DemoNode ready() throws IOException, InterruptedException {
      String line = process.inputReader(UTF_8).readLine();
      Matcher matcher = READY.matcher(line == null ? "" : line);
      if (!matcher.matches()) {
        close();
        if (Thread.currentThread().isInterrupted()) {
          // Ctrl-C ends the nodes as well: none of them has failed.
          throw new InterruptedException();
        }
        throw new UnavailableException(name + " did not start: " + lastLineOf(log));
      }
      return new DemoNode(
          name, process, PeerId.parse(matcher.group(1)), Multiaddr.parse(matcher.group(2)));
    }

    private static String lastLineOf(Path log) throws IOException {
      List<String> lines = Files.readAllLines(log, UTF_8);
      return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /** The command line that this process was started with, up to the program's own arguments. */
  private static List<String> thisProgram() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add(MAX_HEAP);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.echonet.dds.node.Main");
    return command;
  }

  String name() {
    return name;
  }

  PeerId peer() {
    return peer;
  }

  Multiaddr address() {
    return address;
  }

  boolean isKilled() {
    return killed;
  }

  /** Ends it as a power cut would: SIGKILL, after which it says nothing more. */
  void kill() {
    killed = true;
    process.destroyForcibly();
  }

  /** Ends it in order. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** For people: which process, where. */
  @Override
  public String toString() {
    String id = peer.toString();
    return String.format(
        "%s  %s…%s  port %s  pid %d",
        name,
        id.substring(0, 8),
        id.substring(id.length() - 6),
        address.value(MultiaddrProtocol.TCP).orElse("?"),
        process.pid());
  }
}
