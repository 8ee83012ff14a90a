package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Cid;
import io.echonet.dds.transport.testing.Await;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One honest node among peers that are said to hold the same content and are of no use at all. */
@WithForeignPeers
class BrokenPeersIT {
  private static final int SEED = 70;
  private static final int CHUNKS = 200;
  private static final int LENGTH = CHUNKS * 262_144;

  /** A varint. */
  private static final String LENGTH_OF_2_TO_THE_40 = "808080808020";

  @RegisterExtension private final Processes processes = Processes.ofTest();

  @Test
  void theHonestNodeIsUsedAndAllIsVerified() {
    String cid = publish();
    try (RawServer garbage = RawServer.saying(noiseAndGarbage());
        RawServer silence = RawServer.saying(new byte[0])) {
      DdsNode honest = processes.node("honest");
      ForeignPeer half = providing(honest, cid, "stall", true);
      ForeignPeer huge = providing(honest, cid, "instead", LENGTH_OF_2_TO_THE_40);
      DdsNode babbling = elsewhere("babbling", honest, garbage);
      DdsNode silent = elsewhere("silent", honest, silence);
      awaitFound(half, honest, cid, 5);
      int silencesBefore = silence.accepted();

      DdsProcess get =
          processes.dds("get", cid, "--bootstrap", honest.address(), "--json").piped().start();
      PipedContent content = PipedContent.of(get);
      content.readToEnd();

      GetSummary summary = GetSummary.of(get.await());
      assertThat(content.bytes()).isEqualTo(LENGTH);
      assertThat(content.sha256()).isEqualTo(PseudoRandom.sha256(SEED, LENGTH));
      assertThat(summary.chunksFrom(honest.peerId())).isGreaterThanOrEqualTo(CHUNKS);
      assertThat(summary.chunksFrom(babbling.peerId())).isZero();
      assertThat(summary.chunksFrom(silent.peerId())).isZero();
      // The manifest they give as they should.
      assertThat(summary.chunksFrom(half.peerId())).isLessThanOrEqualTo(1);
      assertThat(summary.chunksFrom(huge.peerId())).isLessThanOrEqualTo(1);
      // And each of them was tried.
      assertThat(summary.failuresOf(babbling.peerId())).isPositive();
      assertThat(silence.accepted()).isGreaterThan(silencesBefore);
      assertThat(retrievals(half)).isPositive();
      assertThat(summary.isExcluded(huge.peerId())).isTrue();
    }
  }

  private String publish() {
    Path file = PseudoRandom.file(processes.path("file"), SEED, LENGTH);
    Path data = processes.path("honest");
    String cid =
        processes
            .run("publish", file.toString(), "--data", data.toString(), "--replication", "1")
            .output();
    StoredChunks.copy(data, processes.path("babbling"));
    StoredChunks.copy(data, processes.path("silent"));
    return cid;
  }

  /** What a listener says that goes along until the handshake. */
  private static byte[] noiseAndGarbage() {
    byte[] garbage = PseudoRandom.bytes(1, 4096);
    return ByteBuffer.allocate(8192)
        .put((byte) 19)
        .put("/multistream/1.0.0\n".getBytes(US_ASCII))
        .put((byte) 7)
        .put("/noise\n".getBytes(US_ASCII))
        .putShort((short) garbage.length)
        .put(garbage)
        .array();
  }

  /** A node that tells the honest one, and by it others, to look for it at {@code server}. */
  private DdsNode elsewhere(String name, DdsNode honest, RawServer server) {
    return processes.node(name, "--announce", server.address(), "--bootstrap", honest.address());
  }

  /** A peer that has the content, says so, and answers with that fault when asked for a chunk. */
  private ForeignPeer providing(DdsNode honest, String cid, String fault, Object value) {
    ForeignPeer peer = ForeignPeer.start(processes);
    peer.ask("dial", "to", honest.address());
    peer.ask("awaitRoutingTable", "peer", honest.peerId());
    JsonObject served = peer.ask("ddsServe", "seed", SEED, "bytes", LENGTH);
    assertThat(served.text("cid")).isEqualTo(cid);
    peer.ask("ddsMisbehave", fault, value, "only", served.texts("chunkCids"));
    peer.ask("provide", "key", cid);
    return peer;
  }

  /** Waits until {@code honest} tells of so many providers; nobody else is asked. */
  private static void awaitFound(ForeignPeer asker, DdsNode honest, String cid, int providers) {
    String key = HexFormat.of().formatHex(Cid.parse(cid).multihash().bytes());
    Await.until(
        "all are found",
        () ->
            asker
                    .ask("dhtAsk", "peer", honest.peerId(), "type", "GET_PROVIDERS", "key", key)
                    .objects("providers")
                    .size()
                >= providers);
  }

  private static long retrievals(ForeignPeer peer) {
    JsonObject asked = peer.ask("ddsHeld").object("asked");
    return asked.has("retrieve_chunk") ? asked.number("retrieve_chunk") : 0;
  }
}
