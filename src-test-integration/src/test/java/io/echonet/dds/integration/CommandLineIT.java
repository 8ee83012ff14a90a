package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands as users type them, on two nodes. */
class CommandLineIT {
  private static final int SIZE = 3_000_000;

  @RegisterExtension private static final Processes SHARED = Processes.ofClass().brief();
  private static DdsNode first;
  private static DdsNode second;
  private static Path content;
  private static String cid;

  @RegisterExtension private final Processes processes = Processes.ofTest().brief();

  @BeforeAll
  static void publish() {
    first = SHARED.node("first");
    second = SHARED.node("second", "--bootstrap", first.address());
    content = PseudoRandom.file(SHARED.path("content"), 5, SIZE);
    JsonObject published =
        JsonObject.parse(
            SHARED.run(publish(SHARED.path("publisher"), content, "3", "--json")).output());
    cid = published.text("cid");
    assertThat(published.number("size")).isEqualTo(SIZE);
    assertThat(published.number("chunks")).isEqualTo(12);
    assertThat(published.number("copies")).isEqualTo(3);
    assertThat(published.texts("peers")).containsExactlyInAnyOrder(first.peerId(), second.peerId());
  }

  @Test
  void aNodeListensAndBootstrapsWhereverItIsToldAndAnnouncesWhatItIsTold() {
    String announced = "/ip4/192.0.2.7/tcp/4001";
    Path data = processes.path("node");
    List<String> listen = List.of("--listen", "/ip4/127.0.0.1/tcp/0", "--listen");
    List<String> arguments = new ArrayList<>(listen);
    arguments.addAll(List.of("/ip4/127.0.0.2/tcp/0", "--announce", announced));
    arguments.addAll(List.of("--bootstrap", first.address(), "--bootstrap", second.address()));
    DdsProcess node =
        processes.dds(DdsNode.arguments(data, arguments.toArray(String[]::new))).start();
    Await.until("ready", () -> node.standardOutput().endsWith("\n"));

    JsonObject ready = JsonObject.parse(node.standardOutput());

    assertThat(ready.text("event")).isEqualTo("ready");
    String peer = "/p2p/" + ready.text("peerId");
    assertThat(ready.texts("addrs"))
        .hasSize(2)
        .allMatch(address -> address.matches("/ip4/127\\.0\\.0\\.[12]/tcp/[1-9]\\d*" + peer));
    assertThat(ready.texts("announced")).containsExactly(announced + peer);
    String id = processes.run("id", "--data", data.toString()).output();
    assertThat(peer).isEqualTo("/p2p/" + id);
    for (String address : ready.texts("addrs")) {
      assertThat(processes.run("ping", address, "-c", "1").output())
          .startsWith(id + ": answer 1 in");
    }
  }

  @Test
  void equalContentHasOneNameUnlessSomethingIsRecordedWithIt() throws IOException {
    Path data = processes.path("data");
    DdsProcess piped = processes.dds(publish(data, Path.of("-"), "1")).start();
    Files.copy(content, piped.process().in());
    piped.process().in().close();
    DdsProcess.Result alone = piped.await();
    String named =
        processes.run(publish(data, content, "1", "--name", "a.bin", "--mime", "a/b")).output();

    assertThat(alone.output()).isEqualTo(cid);
    assertThat(alone.errorLines()).hasSize(1);
    assertThat(alone.standardError()).contains("3,000,000 bytes", "12 chunks", "stored here in");
    assertThat(named).isNotEqualTo(cid);
    // On this machine alone: nobody else has been told.
    DdsProcess.Result elsewhere =
        processes.run("providers", named, "--bootstrap", first.address(), "--timeout", "1s");
    assertThat(elsewhere.exitCode()).isEqualTo(3);
  }

  @Test
  void aRangeIsThoseBytesAndCostsTheChunksThatItTouches() throws IOException {
    byte[] whole = Files.readAllBytes(content);
    DdsProcess middle = processes.dds(get("--range", "262140-262150", "--json")).piped().start();
    DdsProcess end = processes.dds(get("--range=-7", "--quiet")).piped().start();
    Path target = processes.path("tail");
    DdsProcess tail = processes.dds(get("--range", "2999000-", "-o", target.toString())).start();
    DdsProcess behind = processes.dds(get("--range", "2999000-3000000", "--json")).start();

    assertThat(middle.pipe().readAllBytes()).isEqualTo(Arrays.copyOfRange(whole, 262140, 262151));
    GetSummary summary = GetSummary.of(middle.await());
    assertThat(summary.size()).isEqualTo(SIZE);
    assertThat(summary.chunksInAll()).isEqualTo(2 + 1);
    assertThat(end.pipe().readAllBytes()).isEqualTo(Arrays.copyOfRange(whole, SIZE - 7, SIZE));
    assertThat(end.await().exitCode()).isZero();
    assertThat(tail.await().exitCode()).isZero();
    assertThat(tail.await().standardError()).contains("(1,000 bytes) of 3.0 MB");
    assertThat(target).hasBinaryContent(Arrays.copyOfRange(whole, 2_999_000, SIZE));
    assertThat(behind.await().exitCode()).isEqualTo(2);
    assertThat(behind.await().standardError())
        .contains("'2999000-3000000' (--range)", "3000000 bytes");
  }

  @Test
  void whatIsInTheCacheIsNotFetchedAgain() throws IOException {
    String cache = processes.path("cache").toString();
    String part = processes.path("part").toString();
    GetSummary some =
        GetSummary.of(
            processes.run(get("--range", "0-999999", "-o", part, "--cache", cache, "--json")));
    assertThat(some.chunksInAll()).isEqualTo(4 + 1);
    DdsProcess all = processes.dds(get("--cache", cache, "--json")).piped().start();
    assertThat(all.pipe().readAllBytes()).isEqualTo(Files.readAllBytes(content));
    assertThat(GetSummary.of(all.await()).chunksInAll()).isEqualTo(12 - 4);
    DdsProcess none =
        processes.dds(get("-o", processes.path("copy").toString(), "--cache", cache)).start();
    assertThat(none.await().exitCode()).isZero();
    assertThat(none.await().standardError()).contains("from 0 peers and the cache");

    Path file = Files.writeString(processes.path("file"), "no folder");
    DdsProcess without = processes.dds(get("--cache", file.toString(), "--json")).piped().start();
    assertThat(without.pipe().readAllBytes()).isEqualTo(Files.readAllBytes(content));
    assertThat(without.await().standardError()).contains("going on without a cache");
  }

  @Test
  void contentGoesToTheFileOrToStandardOutputAndNothingElseDoes() throws IOException {
    Path folder = Files.createDirectory(processes.path("fetched"));
    Path target = folder.resolve("file");
    DdsProcess toFile = processes.dds(get("-o", target.toString())).start();
    DdsProcess toOutput =
        processes.dds(get("--quiet", "--bootstrap", second.address())).piped().start();
    DdsProcess toDash = processes.dds(get("-o", "-", "--json")).piped().start();

    assertThat(toOutput.pipe().readAllBytes()).isEqualTo(Files.readAllBytes(content));
    assertThat(toOutput.await().output()).isEmpty();
    assertThat(toOutput.await().standardError()).isEmpty();
    assertThat(toDash.pipe().readAllBytes()).isEqualTo(Files.readAllBytes(content));
    toDash.await().output();
    GetSummary summary = GetSummary.of(toDash.await());
    assertThat(summary.size()).isEqualTo(SIZE);
    assertThat(toFile.await().output()).isEmpty();
    assertThat(toFile.await().errorLines()).hasSize(1);
    assertThat(toFile.await().standardError()).contains("3,000,000 bytes", "peer", "verified");
    assertThat(target).hasSameBinaryContentAs(content);
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @Test
  void aNetworkIsEnteredByName() {
    String named = first.address().replace("/ip4/127.0.0.1/", "/dns4/localhost/");
    assertThat(named).startsWith("/dns4/localhost/tcp/").contains("/p2p/");

    assertThat(processes.run("manifest", cid, "--bootstrap", named).output()).contains(cid);
  }

  @Test
  void manifestsAndProvidersAreShownToPeopleAndPrograms() {
    String text = processes.run("manifest", cid, "--bootstrap", first.address()).output();
    String json = processes.run("manifest", cid, "--bootstrap", first.address(), "--json").output();

    assertThat(text).contains(cid, "3,000,000 bytes", "12 chunks", PseudoRandom.sha256(5, SIZE));
    JsonObject manifest = JsonObject.parse(json);
    assertThat(manifest.text("cid")).isEqualTo(cid);
    assertThat(manifest.text("sha256")).isEqualTo(PseudoRandom.sha256(5, SIZE));
    assertThat(manifest.has("filename")).isFalse();
    String chunk = manifest.texts("chunks").get(11);
    awaitProviders(cid);
    awaitProviders(chunk);
    String holders =
        processes.run("providers", cid, "--bootstrap", first.address(), "--json").output();
    assertThat(holders.lines().map(line -> JsonObject.parse(line).text("peerId")))
        .containsExactlyInAnyOrder(first.peerId(), second.peerId());
  }

  /** A confirmed copy's provider record may take a moment to be found. */
  private void awaitProviders(String name) {
    Await.until(
        "both are found",
        () -> {
          String found = processes.run("providers", name, "--bootstrap", first.address()).output();
          return found.contains(first.peerId()) && found.contains(second.peerId());
        });
  }

  @Test
  void aPublisherThatStaysServesUntilItIsTold() throws IOException {
    Path file = PseudoRandom.file(processes.path("file"), 6, 1000);
    DdsProcess publisher =
        processes.dds(publish(processes.path("data"), file, "1", "--stay")).piped().start();
    String name = new String(publisher.pipe().readNBytes(cid.length()), US_ASCII).strip();

    Path target = processes.path("fetched");
    processes.run("get", name, "--bootstrap", second.address(), "-o", target.toString()).output();
    publisher.process().signal("TERM");

    assertThat(target).hasSameBinaryContentAs(file);
    assertThat(publisher.await().exitCode()).isZero();
  }

  @Test
  void whatIsAskedForAsJsonIsJson() {
    DdsProcess ping = processes.dds("ping", first.address(), "-c", "2", "--json").start();
    DdsProcess id = processes.dds("id", "--data", first.data().toString(), "--json").start();

    JsonObject answers = JsonObject.parse(ping.await().output());
    assertThat(answers.text("peerId")).isEqualTo(first.peerId());
    assertThat(answers.text("addr")).isEqualTo(first.address());
    assertThat(JsonObject.parse(id.await().output()).text("peerId")).isEqualTo(first.peerId());
  }

  @Test
  void whereAFailureComesFromIsSaidOnlyWhenAsked() {
    DdsProcess quiet = processes.dds("ping", "/ip4/127.0.0.1/tcp/1").start();
    DdsProcess verbose = processes.dds("ping", "/ip4/127.0.0.1/tcp/1", "--verbose").start();

    assertThat(quiet.await().exitCode()).isEqualTo(verbose.await().exitCode()).isEqualTo(5);
    assertThat(quiet.await().errorLines()).hasSize(1);
    assertThat(verbose.await().standardError()).contains("\tat io.echonet.dds");
  }

  private static String[] get(String... more) {
    return join(List.of("get", cid, "--bootstrap", first.address()), more);
  }

  private static String[] publish(Path data, Path file, String copies, String... more) {
    return join(
        List.of(
            "publish",
            file.toString(),
            "--data",
            data.toString(),
            "--replication",
            copies,
            "--bootstrap",
            first.address()),
        more);
  }

  private static String[] join(List<String> arguments, String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
