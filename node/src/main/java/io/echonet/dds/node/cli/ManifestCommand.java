package io.echonet.dds.node.cli;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dds manifest}: what a content is made of. */
@Command(
    name = "manifest",
    mixinStandardHelpOptions = true,
    versionProvider = DdsCommand.Version.class,
    header = "Print a content's size, hash, chunks and details.",
    footer = {"", "Example:", "  dds manifest 9xKmP… --bootstrap /ip4/127.0.0.1/tcp/4001 --json"})
final class ManifestCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "CID", description = "The content's name, as printed by 'dds publish'.")
  private Cid cid;

  @Mixin private ClientOptions client;

  @Option(names = "--json", description = "Print a JSON object, with the names of all chunks.")
  private boolean json;

  ManifestCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (Session session = Session.connect(client.config())) {
      Manifest manifest = Blocking.await(session.dds().manifest(cid));
      if (json) {
        console.result(toJson(manifest).toString());
      } else {
        console.result(toText(manifest));
      }
    }
    return ExitCode.DONE.code();
  }

  static String toText(Manifest manifest) {
    StringBuilder text = new StringBuilder();
    line(text, "cid", manifest.cid().toString());
    line(text, "size", Figures.exactBytes(manifest.size()));
    line(text, "chunks", Figures.count(manifest.chunkCids().size(), "chunk"));
    line(text, "sha256", HexFormat.of().formatHex(manifest.contentSha256()));
    manifest.filename().ifPresent(name -> line(text, "filename", name));
    manifest.mimeType().ifPresent(type -> line(text, "type", type));
    manifest.createdAt().map(Instant::toString).ifPresent(time -> line(text, "created", time));
    manifest.metadata().forEach((key, value) -> line(text, "metadata", key + " = " + value));
    return text.substring(0, text.length() - 1);
  }

  /** What a publisher recorded is shown, not obeyed: it may hold control characters. */
  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format("%-10s", name))
        .append(value.replaceAll("\\p{Cntrl}", "?"))
        .append('\n');
  }

  static Json toJson(Manifest manifest) {
    Json object =
        Json.object()
            .with("cid", manifest.cid().toString())
            .with("size", manifest.size())
            .with("sha256", HexFormat.of().formatHex(manifest.contentSha256()));
    manifest.filename().ifPresent(name -> object.with("filename", name));
    manifest.mimeType().ifPresent(type -> object.with("mimeType", type));
    manifest.createdAt().ifPresent(time -> object.with("createdAt", time.getEpochSecond()));
    if (!manifest.metadata().isEmpty()) {
      Json metadata = Json.object();
      manifest.metadata().forEach(metadata::with);
      object.with("metadata", metadata);
    }
    return object.withTexts("chunks", manifest.chunkCids());
  }
}
