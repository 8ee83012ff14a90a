package io.echonet.dds.integration;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Cid;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A real file, published with copies on three nodes and fetched by a fourth, each a process of its
 * own.
 */
// In order, because a node that was killed does not come back; each test runs by itself as well.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {
  private static final int CHUNK = 262_144;

  @RegisterExtension private static final Processes SHARED = Processes.ofClass();
  private static RealFile file;
  private static DdsNode first;
  private static DdsNode second;
  private static DdsNode third;
  private static String cid;

  @RegisterExtension private final Processes processes = Processes.ofTest();

  @BeforeAll
  static void publish() {
    file = RealFile.write(SHARED.path("file"));
    first = SHARED.node("first");
    second = SHARED.node("second", "--bootstrap", first.address());
    third = SHARED.node("third", "--bootstrap", first.address());
    JsonObject published =
        JsonObject.parse(
            SHARED
                .run(
                    "publish",
                    file.path().toString(),
                    "--data",
                    SHARED.path("publisher").toString(),
                    "--replication",
                    "4",
                    "--bootstrap",
                    first.address(),
                    "--json")
                .output());
    assertThat(published.texts("peers"))
        .containsExactlyInAnyOrder(first.peerId(), second.peerId(), third.peerId());
    cid = published.text("cid");
    awaitFound(List.of(first.peerId(), second.peerId(), third.peerId()));
  }

  @Test
  @Order(1)
  void aFourthFetchesItFromAllThree() {
    Path fetched = processes.path("fetched");

    GetSummary summary = GetSummary.of(processes.run(get("-o", fetched.toString())));

    assertThat(RealFile.sha256Of(fetched)).isEqualTo(file.sha256());
    assertThat(summary.size()).isEqualTo(file.size());
    long chunks = 1 + (file.size() + CHUNK - 1) / CHUNK;
    long all = 0;
    for (DdsNode node : List.of(first, second, third)) {
      long some = summary.chunksFrom(node.peerId());
      // A third each would be fair; the machine may favour one for a while.
      assertThat(some).isGreaterThan(chunks / 20);
      all += some;
    }
    assertThat(all).isGreaterThanOrEqualTo(chunks);
  }

  @Test
  @Order(2)
  @WithForeignPeers
  void aNodeWhoseDiskHasRottedAndOneThatLiesDoNoHarm() {
    Path data = processes.path("rotten");
    StoredChunks.copy(third.data(), data);
    DdsNode rotten = processes.node("rotten", "--bootstrap", first.address());
    StoredChunks.damage(data);
    ForeignPeer liar = joined(ForeignPeer.start(processes));
    JsonObject served = liar.ask("ddsServe", "file", file.path().toString());
    assertThat(served.text("cid")).isEqualTo(cid);
    liar.ask("ddsMisbehave", "corrupt", served.texts("chunkCids"));
    liar.ask("provide", "key", cid);
    awaitFound(List.of(rotten.peerId(), liar.peerId()));

    DdsProcess get = processes.dds(get("-o", "-")).piped().start();
    PipedContent content = PipedContent.of(get);
    content.readToEnd();

    GetSummary summary = GetSummary.of(get.await());
    assertThat(content.sha256()).isEqualTo(file.sha256());
    // It notices by itself.
    assertThat(summary.failuresOf(rotten.peerId())).isPositive();
    assertThat(summary.chunksFrom(rotten.peerId())).isZero();
    assertThat(StoredChunks.forgotten(data)).isNotEmpty();
    // It is found out; the manifest may have come from it.
    assertThat(summary.isExcluded(liar.peerId())).isTrue();
    assertThat(summary.chunksFrom(liar.peerId())).isLessThanOrEqualTo(1);
  }

  @Test
  @Order(3)
  @WithForeignPeers
  void whereOnlyALiarHasItNothingIsWritten() throws IOException {
    ForeignPeer liar = joined(ForeignPeer.start(processes));
    JsonObject served = liar.ask("ddsServe", "seed", 4, "bytes", 40 * CHUNK, "announce", true);
    liar.ask("ddsMisbehave", "corrupt", List.of(served.texts("chunkCids").get(30)));
    Path folder = Files.createDirectory(processes.path("fetched"));

    DdsProcess.Result result =
        processes.run(
            "get",
            served.text("cid"),
            "--bootstrap",
            first.address(),
            "--timeout",
            "2s",
            "-o",
            folder.resolve("file").toString());

    assertThat(result.exitCode()).as(result.standardError()).isEqualTo(4);
    assertThat(result.standardError()).contains(served.texts("chunkCids").get(30));
    assertThat(result.errorLines()).hasSize(1);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  @Order(4)
  void aNodeThatIsKilledAtTheMidpointIsReplacedByTheOthers() {
    DdsProcess get = processes.dds(get("-o", "-")).piped().start();
    PipedContent content = PipedContent.of(get);
    content.readUpTo(file.size() / 2);

    third.kill();

    content.readToEnd();
    GetSummary summary = GetSummary.of(get.await());
    assertThat(content.sha256()).isEqualTo(file.sha256());
    assertThat(summary.chunksFrom(third.peerId())).isPositive();
    assertThat(summary.failuresOf(third.peerId())).isPositive();
    assertThat(summary.chunksFrom(first.peerId())).isPositive();
    assertThat(summary.chunksFrom(second.peerId())).isPositive();
  }

  private static String[] get(String... more) {
    return Stream.concat(
            Stream.of("get", cid, "--bootstrap", first.address(), "--json"), Stream.of(more))
        .toArray(String[]::new);
  }

  private static ForeignPeer joined(ForeignPeer peer) {
    peer.ask("dial", "to", first.address());
    peer.ask("awaitRoutingTable", "peer", first.peerId());
    return peer;
  }

  /** Waits until whoever asks the first node is told that all these hold the content. */
  private static void awaitFound(List<String> peerIds) {
    OurHosts hosts = new OurHosts();
    try {
      OurNode node = OurNode.start(hosts, first.address());
      Await.until(
          "all are found",
          () ->
              requireNonNull(
                      node.dds().providers(Cid.parse(cid)).collectList().block(OurHosts.LIMIT))
                  .stream()
                  .map(PeerInfo::id)
                  .map(Object::toString)
                  .toList()
                  .containsAll(peerIds));
    } finally {
      hosts.close();
    }
  }
}
