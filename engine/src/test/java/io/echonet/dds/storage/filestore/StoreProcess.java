package io.echonet.dds.storage.filestore;

import static io.echonet.dds.storage.StorageProviderContract.await;
import static io.echonet.dds.storage.StorageProviderContract.chunk;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/**
 * A program that uses a store as its arguments say, {@code hold|write|fill FOLDER}, and tells what
 * happens.
 */
final class StoreProcess {
  private StoreProcess() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[1]);
    StorageProvider store;
    try {
      store = await(FileStore.open(folder, FileStoreConfig.defaults()));
    } catch (StorageException e) {
      System.out.println(e.getMessage());
      return;
    }
    System.out.println("open");
    switch (args[0]) {
      case "hold" -> System.in.read();
      case "write" -> write(store);
      case "fill" -> System.out.println(fill(store, folder));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Stores without end, naming what is stored. */
  private static void write(StorageProvider store) {
    Flux.range(0, Integer.MAX_VALUE)
        .map(i -> chunk(i, Chunk.MAX_BYTES))
        .flatMap(chunk -> store.store(chunk).thenReturn(chunk.cid()), 16, 1)
        .doOnNext(System.out::println)
        .blockLast();
  }

  /**
   * Stores until the disk is full, then sees to it that all is as promised; answers the refusal.
   */
  static String fill(StorageProvider store, Path folder) throws IOException {
    List<Chunk> stored = new ArrayList<>();
    Chunk refused;
    String refusal;
    while (true) {
      Chunk chunk = chunk(stored.size(), Chunk.MAX_BYTES);
      try {
        await(store.store(chunk));
        stored.add(chunk);
      } catch (StorageFullException e) {
        refused = chunk;
        refusal = e.getMessage();
        break;
      }
    }
    for (Chunk chunk : stored) {
      check(await(store.retrieve(chunk.cid())).data().equals(chunk.data()), "held chunks are read");
    }
    check(!await(store.has(refused.cid())), "what was refused is not held");
    check(await(store.storedCids().count()) == stored.size(), "what was refused is not listed");
    try (Stream<Path> temporaries = Files.list(folder.resolve("tmp"))) {
      check(temporaries.findAny().isEmpty(), "no half file is left");
    }
    check(await(store.delete(stored.get(0).cid())), "deleting works on a full disk");
    await(store.store(refused));
    check(await(store.has(refused.cid())), "room that was made is used");
    return "full after " + stored.size() + ": " + refusal;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("not so: " + what);
    }
  }
}
