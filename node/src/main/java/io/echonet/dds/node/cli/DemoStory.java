package io.echonet.dds.node.cli;

import io.echonet.dds.Content;
import io.echonet.dds.PublishOptions;
import io.echonet.dds.Published;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.Sha256;
import io.echonet.dds.node.config.DataFolder;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.retrieval.RetrievalStatistics.PeerStatistics;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;

/** What the demo does, told as it happens. */
final class DemoStory {
  /** Of the content, the publisher's included. */
  static final int COPIES = 4;

  private static final int NODES = 4;

  private final Console console;
  private final Path folder;
  private final DemoContent content;
  private final List<DemoNode> nodes = new ArrayList<>();

  DemoStory(Console console, Path folder, DemoContent content) {
    this.console = console;
    this.folder = folder;
    this.content = content;
  }

  void tell() throws Exception {
    say("DDS demo: four nodes, one real file, and a node that is killed on the way.");
    try {
      startNodes();
      Cid cid = publish();
      String received = streamBack(cid);
      compare(received);
    } finally {
      nodes.forEach(DemoNode::close);
    }
    say("");
    say("Every byte arrived, in order and verified, although a node died on the way.");
  }

  private void startNodes() throws Exception {
    say("");
    say("1. Start four nodes, each a process of its own on this machine");
    List<DemoNode.Starting> starting = new ArrayList<>();
    try {
      nodes.add(DemoNode.Starting.of("node 1", folder, List.of()).ready());
      for (int i = 2; i <= NODES; i++) {
        starting.add(DemoNode.Starting.of("node " + i, folder, bootstrap()));
      }
      for (DemoNode.Starting node : starting) {
        nodes.add(node.ready());
      }
    } catch (Exception e) {
      starting.forEach(DemoNode.Starting::close);
      throw e;
    }
    nodes.forEach(node -> say("   " + node));
  }

  /** Only the first is known to anybody; the others are found. */
  private List<Multiaddr> bootstrap() {
    return List.of(nodes.get(0).address());
  }

  private Cid publish() throws Exception {
    say("");
    say("2. Publish " + content.origin());
    NodeConfig config =
        NodeConfig.client(Identity.generate(), bootstrap())
            .withChunks(DataFolder.open(folder.resolve("publisher")).chunks())
            .withReplication(COPIES);
    Stopwatch watch = new Stopwatch();
    try (Session session = Session.connect(config);
        DaemonThread reader = new DaemonThread("dds-input")) {
      Published published =
          Blocking.await(
              session
                  .dds()
                  .publish(read(reader), PublishOptions.defaults().withReplication(COPIES)));
      say(
          "   "
              + Figures.bytes(content.size())
              + " in "
              + Figures.count(published.manifest().chunkCids().size(), "chunk")
              + ", each stored durably on "
              + namesOf(published.peers())
              + " in "
              + Figures.seconds(watch.elapsed())
              + " ("
              + Figures.rate(content.size(), watch.elapsed())
              + ")");
      say("   its name is " + published.cid());
      return published.cid();
    }
  }

  private Flux<ByteBuffer> read(DaemonThread reader) {
    return Flux.using(
        () -> Progress.of(console, "   publishing", content.size()),
        progress -> {
          long[] read = new long[1];
          return InputFile.of(content.file().toString(), console)
              .bytes(reader.scheduler())
              .doOnNext(buffer -> progress.reached(read[0] += buffer.remaining(), ""));
        },
        Progress::close);
  }

  private String namesOf(Collection<PeerId> peers) {
    return nodes.stream()
        .filter(node -> peers.contains(node.peer()))
        .map(DemoNode::name)
        .collect(Collectors.joining(", "));
  }

  /** Answers the digest of what came back. */
  private String streamBack(Cid cid) throws Exception {
    say("");
    say("3. Stream it back by that name alone; its publisher is gone");
    Stopwatch watch = new Stopwatch();
    try (Session session = Session.connect(NodeConfig.client(Identity.generate(), bootstrap()))) {
      Content found = Blocking.await(session.dds().retrieve(cid));
      Reader reader = new Reader(found);
      Blocking.awaitEnd(
          Delivery.of(found.bytes().doOnNext(buffer -> watch.firstByte()), reader::accept));
      RetrievalSummary summary = RetrievalSummary.of(found, 0, watch);
      summary.peers().forEach(peer -> say("   " + shareOf(peer)));
      say("   " + summary);
      return reader.sha256();
    }
  }

  private String shareOf(Map.Entry<PeerId, PeerStatistics> peer) {
    DemoNode node =
        nodes.stream().filter(each -> each.peer().equals(peer.getKey())).findFirst().orElseThrow();
    return String.format(
        "%s  delivered %9s%s",
        node.name(),
        Figures.bytes(peer.getValue().bytesReceived()),
        node.isKilled() ? ", then was killed" : "");
  }

  private void compare(String received) throws Exception {
    String published = content.sha256();
    say("");
    say("4. Compare the hashes of what was published and what came back");
    say("   " + published);
    say("   " + received);
    if (!received.equals(published)) {
      throw new IntegrityException("what came back is not what was published");
    }
  }

  private void say(String line) {
    console.result(line);
  }

  /** Hashes what arrives, and halfway kills the node that has delivered most. */
  private final class Reader {
    private final Content found;
    private final MessageDigest digest = Sha256.newDigest();
    private long read;

    Reader(Content found) {
      this.found = found;
    }

    void accept(ByteBuffer buffer) {
      read += buffer.remaining();
      digest.update(buffer);
      if (read >= content.size() / 2 && nodes.stream().noneMatch(DemoNode::isKilled)) {
        DemoNode busiest = busiest();
        busiest.kill();
        say("   halfway, after " + Figures.bytes(read) + ", " + busiest.name() + " is killed");
      }
    }

    private DemoNode busiest() {
      return nodes.stream().max(Comparator.comparingLong(this::delivered)).orElseThrow();
    }

    private long delivered(DemoNode node) {
      PeerStatistics statistics = found.statistics().peers().get(node.peer());
      return statistics == null ? 0 : statistics.bytesReceived();
    }

    String sha256() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
