package io.echonet.dds.integration;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.Content;
import io.echonet.dds.PublishOptions;
import io.echonet.dds.Published;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.ContentUnavailableException;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.InvalidManifestException;
import io.echonet.dds.retrieval.RetrievalStatistics.PeerStatistics;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The DDS protocol with an implementation that was written from its description alone. */
@WithForeignPeers
class ForeignDdsIT {
  private static final int CHUNK = Chunk.MAX_BYTES;
  private static final AtomicInteger SEEDS = new AtomicInteger(100);

  @RegisterExtension private static final Processes SHARED = Processes.ofClass();
  private static ForeignPeer js;
  private static ForeignPeer liar;

  @RegisterExtension private final OurHosts hosts = new OurHosts();

  private final int seed = SEEDS.incrementAndGet();

  @BeforeAll
  static void startPeers() {
    js = ForeignPeer.start(SHARED);
    liar = ForeignPeer.start(SHARED);
    js.ask("dial", "to", liar.address());
    js.ask("awaitRoutingTable", "peer", liar.peerId());
    liar.ask("awaitRoutingTable", "peer", js.peerId());
  }

  @AfterEach
  void behave() {
    liar.ask("ddsMisbehave");
  }

  @Test
  void itFetchesAndVerifiesWhatWePublish() {
    OurNode node = OurNode.start(hosts);
    int length = 10 * CHUNK + 1;

    Published published =
        node.publish(
            seed, length, PublishOptions.defaults().withReplication(1).withFilename("a.bin"));

    JsonObject fetched =
        js.ask("ddsFetch", "to", node.address(), "cid", published.cid().toString());
    assertThat(fetched.number("bytes")).isEqualTo(length);
    assertThat(fetched.text("sha256")).isEqualTo(PseudoRandom.sha256(seed, length));
    assertThat(fetched.object("manifest").text("filename")).isEqualTo("a.bin");
  }

  @Test
  void weFindFetchAndVerifyWhatItServes() {
    int length = 10 * CHUNK + 1;
    JsonObject served =
        js.ask("ddsServe", "seed", seed, "bytes", length, "mimeType", "text/x", "announce", true);
    OurNode node = OurNode.start(hosts, js.address());

    Content content = node.open(served.text("cid"));

    assertThat(content.size()).isEqualTo(length);
    assertThat(content.manifest().mimeType()).hasValue("text/x");
    assertThat(OurNode.sha256(content)).isEqualTo(PseudoRandom.sha256(seed, length));
    assertThat(statisticsOf(content, js).chunksReceived()).isEqualTo(12);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "262143", "262144", "262145", "1048577"})
  void equalContentHasOneNameOnBothSides(int length) {
    OurNode node = OurNode.start(hosts);

    Published ours = node.publish(seed, length, PublishOptions.defaults().withReplication(1));

    JsonObject theirs = js.ask("ddsServe", "seed", seed, "bytes", length);
    assertThat(theirs.text("cid")).isEqualTo(ours.cid().toString());
    assertThat(theirs.texts("chunkCids"))
        .isEqualTo(ours.manifest().chunkCids().stream().map(Cid::toString).toList());
  }

  @Test
  void whatIsRecordedIsWrittenTheSameOnBothSides() {
    OurNode node = OurNode.start(hosts);
    Map<String, String> metadata = Map.of("b", "2", "a", "1", "é", "ü", "", "empty");

    Published ours =
        node.publish(
            seed,
            1_000,
            PublishOptions.defaults()
                .withReplication(1)
                .withFilename("naïve name.txt")
                .withMimeType("text/plain")
                .withTimestamp(Instant.ofEpochSecond(1_700_000_000))
                .withMetadata(metadata));

    JsonObject theirs =
        js.ask(
            "ddsServe",
            "seed",
            seed,
            "bytes",
            1_000,
            "filename",
            "naïve name.txt",
            "mimeType",
            "text/plain",
            "created",
            1_700_000_000,
            "metadata",
            metadata);
    assertThat(theirs.text("cid")).isEqualTo(ours.cid().toString());
  }

  @Test
  void itStoresChunksWithUs() {
    OurNode node = OurNode.start(hosts);

    JsonObject stored = js.ask("ddsStore", "to", node.address(), "seed", seed, "bytes", CHUNK);

    Chunk chunk =
        requireNonNull(node.store().retrieve(Cid.parse(stored.text("cid"))).block(OurHosts.LIMIT));
    assertThat(chunk.size()).isEqualTo(CHUNK);
  }

  @Test
  void whatItMayNotStoreIsRefusedWithTheReason() {
    OurNode node = OurNode.start(hosts);
    String wrongName = Cid.of(new byte[32]).toString();

    assertThat(js.askInVain("ddsStore", "to", node.address(), "bytes", 100, "cid", wrongName))
        .hasMessageContaining("code=3");
    assertThat(js.askInVain("ddsStore", "to", node.address(), "bytes", CHUNK + 1))
        .hasMessageContaining("code=4");
    assertThat(js.askInVain("ddsStore", "to", node.address(), "bytes", 100, "cid", "0OIl"))
        .hasMessageContaining("code=2");
    assertThat(js.askInVain("ddsRetrieve", "to", node.address(), "cid", wrongName))
        .hasMessageContaining("code=1");
    assertThat(node.store().storedCids().collectList().block(OurHosts.LIMIT)).isEmpty();
  }

  @Test
  void weStoreACopyWithIt() {
    OurNode node = OurNode.start(hosts, js.address());
    PeerInfo target =
        new PeerInfo(OurHosts.idOf(js), List.of(Multiaddr.parse(js.address()).withoutPeerId()));

    Published published =
        node.publish(
            seed,
            3 * CHUNK,
            PublishOptions.defaults().withReplication(2).withTargets(List.of(target)));

    assertThat(published.peers()).containsExactly(OurHosts.idOf(js));
    List<String> cids = new ArrayList<>();
    published.manifest().chunkCids().forEach(cid -> cids.add(cid.toString()));
    cids.add(published.cid().toString());
    assertThat(js.ask("ddsHeld").texts("cids")).containsAll(cids);
  }

  @Test
  void eitherProvesThatItHoldsAChunk() throws Exception {
    OurNode node = OurNode.start(hosts);
    JsonObject stored = js.ask("ddsStore", "to", node.address(), "seed", seed, "bytes", 1_000);
    byte[] nonce = PseudoRandom.bytes(1, 32);

    JsonObject proved =
        js.ask(
            "ddsProve",
            "to",
            node.address(),
            "cid",
            stored.text("cid"),
            "nonce",
            HexFormat.of().formatHex(nonce));

    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(nonce, "HmacSHA256"));
    assertThat(proved.text("proof"))
        .isEqualTo(HexFormat.of().formatHex(mac.doFinal(PseudoRandom.bytes(seed, 1_000))));
    assertThat(
            js.askInVain(
                "ddsProve", "to", node.address(), "cid", stored.text("cid"), "nonce", "00"))
        .hasMessageContaining("code=9");
  }

  @Test
  void eitherFetchesWhatTheOtherTellsItToReplicate() {
    OurNode node = OurNode.start(hosts, js.address());
    Published ours = node.publish(seed, 1_000, PublishOptions.defaults().withReplication(1));
    Cid chunk = ours.manifest().chunkCids().get(0);
    node.dds()
        .replication()
        .instructReplicate(OurHosts.idOf(js), chunk, Optional.of(node.host().id()))
        .block(OurHosts.LIMIT);
    Await.until(
        "it holds our chunk", () -> js.ask("ddsHeld").texts("cids").contains(chunk.toString()));

    String theirs =
        js.ask("ddsServe", "seed", seed + 1_000, "bytes", 1_000).texts("chunkCids").get(0);
    js.ask("ddsReplicate", "to", node.address(), "cid", theirs, "hint", js.peerId());
    Await.until(
        "we hold its chunk",
        () -> requireNonNull(node.store().has(Cid.parse(theirs)).block(OurHosts.LIMIT)));
  }

  @Test
  void itAsksUsWhoProvides() {
    OurNode node = OurNode.start(hosts, js.address());
    String cid = js.ask("ddsServe", "seed", seed, "bytes", 1_000, "announce", true).text("cid");

    JsonObject found = liar.ask("ddsFindProviders", "to", node.address(), "cid", cid);

    assertThat(found.texts("peers")).contains(js.peerId());
  }

  @Test
  void aPeerThatSendsWrongBytesIsDroppedAndAnotherUsed() {
    int length = 20 * CHUNK;
    JsonObject served = bothServe(length);
    liar.ask("ddsMisbehave", "corrupt", served.texts("chunkCids"));
    OurNode node = OurNode.start(hosts, js.address(), liar.address());
    awaitBothFound(node, served);

    Content content = node.open(served.text("cid"));

    assertThat(OurNode.sha256(content)).isEqualTo(PseudoRandom.sha256(seed, length));
    assertThat(statisticsOf(content, liar).excluded()).isTrue();
    assertThat(statisticsOf(content, js).excluded()).isFalse();
    assertThat(statisticsOf(content, js).chunksReceived()).isGreaterThanOrEqualTo(20);
  }

  /** In hex: a length of 2^40; a message of no known meaning; what is no message at all. */
  @ParameterizedTest
  @CsvSource({
    "instead, 808080808020",
    "instead, 03080102",
    "instead, ffffffffffffffffffffff",
    "instead, ''",
    "stall, true",
    "cutOff, true",
    "silent, true",
    "refuse, 6",
    "refuse, 99",
  })
  void aPeerThatDoesNotDeliverIsReplaced(String fault, String value) {
    int length = 20 * CHUNK;
    JsonObject served = bothServe(length);
    liar.ask(
        "ddsMisbehave",
        fault,
        switch (value) {
          case "true" -> true;
          case "6", "99" -> Integer.parseInt(value);
          default -> value;
        },
        "only",
        served.texts("chunkCids"));
    OurNode node =
        OurNode.start(
            hosts, OurNode.impatient(Duration.ofSeconds(20)), js.address(), liar.address());
    awaitBothFound(node, served);
    long before = retrieved();

    Content content = node.open(served.text("cid"));

    assertThat(OurNode.sha256(content)).isEqualTo(PseudoRandom.sha256(seed, length));
    // The manifest may come from either.
    assertThat(statisticsOf(content, liar).chunksReceived()).isLessThanOrEqualTo(1);
    assertThat(retrieved()).isGreaterThan(before);
  }

  @Test
  void wrongBytesFromAllWhoOfferThemAreAnIntegrityFailure() {
    JsonObject served = liar.ask("ddsServe", "seed", seed, "bytes", 2 * CHUNK, "announce", true);
    liar.ask("ddsMisbehave", "corrupt", List.of(served.texts("chunkCids").get(1)));
    OurNode node = OurNode.start(hosts, OurNode.impatient(Duration.ofSeconds(3)), liar.address());

    Content content = node.open(served.text("cid"));

    assertThatThrownBy(() -> OurNode.sha256(content)).isInstanceOf(IntegrityException.class);
    assertThat(statisticsOf(content, liar).excluded()).isTrue();
  }

  @Test
  void aManifestThatBreaksARuleIsRefusedBeforeAnyChunkIsAskedFor() {
    JsonObject good = liar.ask("ddsServe", "seed", seed, "bytes", 2 * CHUNK);
    // Without its first chunk, which is field 1, of up to 44 characters.
    String manifest = good.text("manifestHex");
    int field = 2 * (2 + good.texts("chunkCids").get(0).length());
    String broken = liar.ask("ddsServeRaw", "hex", manifest.substring(field)).text("cid");
    liar.ask("provide", "key", broken);
    OurNode node = OurNode.start(hosts, OurNode.impatient(Duration.ofSeconds(3)), liar.address());
    long before = retrieved();

    assertThatThrownBy(() -> node.open(broken)).isInstanceOf(InvalidManifestException.class);

    assertThat(retrieved() - before).isEqualTo(1);
  }

  private static long retrieved() {
    JsonObject asked = liar.ask("ddsHeld").object("asked");
    return asked.has("retrieve_chunk") ? asked.number("retrieve_chunk") : 0;
  }

  @Test
  void contentThatNobodyProvidesIsNotFoundAndNotDeliveredIsUnavailable() {
    OurNode node = OurNode.start(hosts, OurNode.impatient(Duration.ofSeconds(3)), liar.address());
    String unknown = Cid.of(PseudoRandom.bytes(seed, 32)).toString();
    JsonObject served = liar.ask("ddsServe", "seed", seed, "bytes", 10, "announce", true);
    liar.ask("ddsMisbehave", "silent", true);

    assertThatThrownBy(() -> node.open(unknown))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContaining(unknown);
    assertThatThrownBy(() -> node.open(served.text("cid")))
        .isInstanceOf(ContentUnavailableException.class)
        .hasMessageContaining(served.text("cid"));
  }

  /** Both serve the same content and say so. */
  private JsonObject bothServe(int length) {
    js.ask("ddsServe", "seed", seed, "bytes", length, "announce", true);
    return liar.ask("ddsServe", "seed", seed, "bytes", length, "announce", true);
  }

  private static void awaitBothFound(OurNode node, JsonObject served) {
    Cid cid = Cid.parse(served.text("cid"));
    Await.until(
        "both are found",
        () -> requireNonNull(node.dds().providers(cid).count().block(OurHosts.LIMIT)) >= 2);
  }

  private static PeerStatistics statisticsOf(Content content, ForeignPeer peer) {
    return requireNonNull(content.statistics().peers().get(OurHosts.idOf(peer)));
  }
}
