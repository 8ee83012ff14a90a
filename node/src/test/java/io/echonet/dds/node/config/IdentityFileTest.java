package io.echonet.dds.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.KeyType;
import io.echonet.dds.transport.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdentityFileTest {
  @TempDir private Path folder;

  @Test
  void isForItsOwnersEyesOnly() throws IOException {
    Path file = folder.resolve("identity.key");

    Identity identity = IdentityFile.readOrCreate(file);

    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(file).hasBinaryContent(identity.encode());
    assertThat(names()).containsExactly("identity.key");
  }

  @Test
  void makesANodeTheSamePeerAgain() {
    Path file = folder.resolve("identity.key");

    PeerId first = IdentityFile.readOrCreate(file).peerId();

    assertThat(IdentityFile.readOrCreate(file).peerId()).isEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource
  void takesAKeyOfAnyKind(KeyType type) throws IOException {
    Identity identity = Identity.generate(type);
    Path file = Files.write(folder.resolve("identity.key"), identity.encode());

    assertThat(IdentityFile.readOrCreate(file).peerId()).isEqualTo(identity.peerId());
  }

  @Test
  void givesAllWhoMakeItAtOnceTheSameIdentity() throws Exception {
    Path file = folder.resolve("identity.key");
    int makers = 8;
    CyclicBarrier together = new CyclicBarrier(makers);
    Set<PeerId> peers = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(makers);
    try {
      Callable<Boolean> make =
          () -> {
            together.await();
            return peers.add(IdentityFile.readOrCreate(file).peerId());
          };
      for (Future<Boolean> made :
          threads.invokeAll(IntStream.range(0, makers).mapToObj(i -> make).toList())) {
        made.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(peers).hasSize(1);
    assertThat(names()).containsExactly("identity.key");
  }

  @Test
  void isClosedToOthersWhereItWasOpen() throws IOException {
    Path file = folder.resolve("identity.key");
    PeerId peer = IdentityFile.readOrCreate(file).peerId();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(IdentityFile.readOrCreate(file).peerId()).isEqualTo(peer);
    assertThat(mode(file)).isEqualTo("rw-------");
  }

  @Test
  void isNeverReplacedWhereItIsDamaged() throws IOException {
    Path file = folder.resolve("identity.key");
    for (byte[] damaged : List.of(new byte[0], new byte[68], new byte[5000])) {
      Files.write(file, damaged);

      assertThatThrownBy(() -> IdentityFile.readOrCreate(file))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("is damaged");
      assertThat(file).hasBinaryContent(damaged);
    }
  }

  @Test
  void whatIsNoFileIsNamed() throws IOException {
    Path file = Files.createDirectory(folder.resolve("identity.key"));

    assertThatThrownBy(() -> IdentityFile.readOrCreate(file))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(file.toString());
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
