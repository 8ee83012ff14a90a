package io.echonet.dds.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.echonet.dds.node.config.DataFolder;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.transport.Multiaddr;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code dds warm-up}: publishes and fetches a small content within this process, so that a
 * class-data archive or AOT cache made of its run holds what the real commands need.
 */
@Command(
    name = "warm-up",
    hidden = true,
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Load the classes that the other commands need.",
    description = {"", "For making a class-data archive or AOT cache; prints nothing.", ""},
    footer = {"", "Example:", "  java -XX:AOTCacheOutput=dds.aot -jar dds.jar warm-up"})
final class WarmUpCommand implements Callable<Integer> {
  /** Enough for methods to become hot, whose profiles are archived as well from JDK 25 on. */
  private static final int CONTENT_BYTES = 16_000_000;

  @Override
  public Integer call() throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.create("dds-warm-up-")) {
      Path content = Files.write(folder.path().resolve("content"), noise());
      DataFolder data = DataFolder.open(folder.path().resolve("node"));
      NodeConfig config =
          NodeConfig.client(data.identity(), List.of())
              .withChunks(data.chunks())
              .withListen(List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")), List.of())
              .withService(true, true);
      try (Session node = Session.open(config)) {
        String address = node.node().addresses().get(0).toString();
        String cid = publish(content, folder.path().resolve("publisher"), address);
        String fetched = folder.path().resolve("fetched").toString();
        run("get", cid, "--bootstrap", address, "-o", fetched);
        run("manifest", cid, "--bootstrap", address);
        run("providers", cid, "--bootstrap", address);
        run("ping", address, "-c", "1");
      }
    }
    return ExitCode.DONE.code();
  }

  /** Bytes of which no two chunks are alike, so that each is sent. */
  private static byte[] noise() {
    byte[] bytes = new byte[CONTENT_BYTES];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static String publish(Path content, Path data, String address) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    run(
        out,
        List.of(
            "publish",
            content.toString(),
            "--data",
            data.toString(),
            "--bootstrap",
            address,
            "--replication",
            "2"));
    return out.toString(UTF_8).strip();
  }

  private static void run(String... arguments) {
    run(OutputStream.nullOutputStream(), List.of(arguments));
  }

  private static void run(OutputStream out, List<String> arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        Console.of(InputStream.nullInputStream(), out, new PrintStream(err, true, UTF_8));
    int code = new Program(console).execute(arguments.toArray(String[]::new));
    if (code != ExitCode.DONE.code()) {
      throw new IllegalStateException(
          String.join(" ", arguments) + " ended with " + code + ": " + err.toString(UTF_8));
    }
  }
}
