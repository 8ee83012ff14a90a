package io.echonet.dds.keeping;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class RootFolderTest {
  private static final Cid CID = Cid.hash(ByteBuffer.wrap(new byte[] {1}));
  private static final Cid OTHER = Cid.hash(ByteBuffer.wrap(new byte[] {2}));

  @TempDir private Path folder;

  private Roots open() {
    return open(false);
  }

  private Roots open(boolean hasChunks) {
    return requireNonNull(
        RootFolder.open(folder.resolve("roots"), Mono.just(hasChunks), Schedulers.boundedElastic())
            .block());
  }

  @Test
  void rootsAndTheirReasonsAreThereAfterAReopening() {
    Roots roots = open();
    roots.add(CID, RootKind.PUBLISHED).block();
    roots.add(OTHER, RootKind.PINNED).block();
    roots.add(CID, RootKind.PINNED).block();
    roots.add(CID, RootKind.PINNED).block();

    assertThat(open().all().block())
        .containsExactlyInAnyOrder(
            new Root(CID, Set.of(RootKind.PUBLISHED, RootKind.PINNED)),
            new Root(OTHER, Set.of(RootKind.PINNED)))
        .isSortedAccordingTo((a, b) -> a.cid().compareTo(b.cid()));
  }

  @Test
  void whatIsRemovedIsNoRootForAnyReasonAndStaysSo() {
    Roots roots = open();
    roots.add(CID, RootKind.PUBLISHED).block();
    roots.add(CID, RootKind.PINNED).block();

    assertThat(roots.remove(CID).block()).isTrue();

    assertThat(roots.remove(CID).block()).isFalse();
    assertThat(open().all().block()).isEmpty();
  }

  @Test
  void filesThatNameNoRootAreNone() throws IOException {
    Roots roots = open();
    roots.add(CID, RootKind.PINNED).block();
    for (String name : List.of("x", "0".repeat(64), "g".repeat(64) + ".pinned", "..pinned")) {
      Files.createFile(folder.resolve("roots").resolve(name));
    }

    assertThat(roots.all().block()).extracting(Root::cid).containsExactly(CID);
  }

  @Test
  void aFolderThatCanNotBeReadIsToldByItsName() throws IOException {
    Path file = Files.createFile(folder.resolve("roots"));

    assertThatThrownBy(this::open)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void whereChunksAreFoundWithoutRootsNothingMayBeCollectedUntilSomebodySaysSo()
      throws IOException {
    open(true);
    Roots roots = open(true);
    Path unknown = folder.resolve("roots/unknown");

    assertThatThrownBy(() -> roots.check().block())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(unknown.toString());
    assertThat(roots.all().block()).isEmpty();

    Files.delete(unknown);
    open(true).check().block();
  }

  @Test
  void anEmptyStoreHasAllItsRoots() {
    open(false).check().block();
  }

  @Test
  void aFolderThatVanishesFailsWhoeverAsksRatherThanHavingNoRoots() throws IOException {
    Roots roots = open();
    Files.delete(folder.resolve("roots"));

    assertThatThrownBy(() -> roots.all().block()).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> roots.add(CID, RootKind.PINNED).block())
        .isInstanceOf(StorageException.class);
  }
}
