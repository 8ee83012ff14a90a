package io.echonet.dds.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Random content in a file, in a folder for the stores of those that keep it. */
final class ContentFile implements AutoCloseable {
  private static final int MIB = 1024 * 1024;

  private final Stores stores;

  private ContentFile(Stores stores) {
    this.stores = stores;
  }

  /** So many MiB in a folder of their own, which {@link #close} deletes. */
  static ContentFile create(int mebibytes) throws IOException {
    ContentFile content = new ContentFile(Stores.create());
    Random random = new Random(1);
    byte[] block = new byte[MIB];
    try (OutputStream out = Files.newOutputStream(content.file())) {
      for (int i = 0; i < mebibytes; i++) {
        random.nextBytes(block);
        out.write(block);
      }
    }
    return content;
  }

  Path file() {
    return stores.folder().resolve("content");
  }

  /** Where the store of {@code node} may be; the node's other files come beside it. */
  Path store(String node) throws IOException {
    return stores.of(node);
  }

  @Override
  public void close() throws IOException {
    stores.close();
  }
}
