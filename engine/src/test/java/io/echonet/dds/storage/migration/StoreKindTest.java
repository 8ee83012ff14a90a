package io.echonet.dds.storage.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.storage.StorageProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

class StoreKindTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void aFolderIsOpenedAsWhatItIs(StoreKind kind) {
    Path chunks = folder.resolve("chunks");
    Chunk chunk = Chunk.of(new byte[] {1, 2, 3});
    StorageProvider store = await(kind.openIn(chunks, 1000));
    store.store(chunk).block(TIMEOUT);
    store.close().block(TIMEOUT);

    assertThat(StoreKind.of(chunks)).contains(kind);
    for (StoreKind wanted : StoreKind.values()) {
      StorageProvider again = await(StoreKind.open(chunks, wanted, 1000));
      assertThat(again).hasSameClassAs(store);
      assertThat(await(again.has(chunk.cid()))).isTrue();
      again.close().block(TIMEOUT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNewFolderBecomesWhatIsWanted(StoreKind kind) throws IOException {
    Path isThereAndEmpty = Files.createDirectory(folder.resolve("empty"));
    for (Path chunks : List.of(folder.resolve("chunks"), isThereAndEmpty)) {
      assertThat(StoreKind.of(chunks)).isEmpty();

      await(StoreKind.open(chunks, kind, 1000)).close().block(TIMEOUT);

      assertThat(StoreKind.of(chunks)).contains(kind);
    }
  }

  private static <T> T await(Mono<T> mono) {
    return Objects.requireNonNull(mono.block(TIMEOUT));
  }
}
