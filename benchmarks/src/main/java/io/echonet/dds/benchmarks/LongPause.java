package io.echonet.dds.benchmarks;

import io.echonet.dds.Content;
import io.echonet.dds.content.Cid;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.node.config.RunningNode;
import io.echonet.dds.retrieval.RetrievalConfig;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.testing.LinkShape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * A reader that stops in the middle for long: what its peers go on sending, and that it goes on.
 */
final class LongPause {
  static final String COMMAND = "long-pause";

  private static final int PROVIDERS = 3;
  private static final int MEBIBYTES = 512;
  private static final int MIB = 1024 * 1024;

  /** So much is read before the pause. */
  private static final long BEFORE = 128L * MIB;

  private static final LinkShape LINK = LinkShape.of(Duration.ofMillis(50), 20_000_000);
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

  private LongPause() {}

  /** Options: seconds (60). */
  static void run(String[] options) throws Exception {
    int seconds = options.length > 0 ? Integer.parseInt(options[0]) : 60;
    List<FarLibrary> providers = new ArrayList<>();
    try (Stores stores = Stores.create()) {
      Path first = stores.of("0");
      providers.add(FarLibrary.start(first, LINK, Library.NONE, 1, MEBIBYTES, MEBIBYTES));
      for (int i = 1; i < PROVIDERS; i++) {
        Path copy = stores.copy(first, Integer.toString(i));
        providers.add(FarLibrary.start(copy, LINK, Library.NONE, 0, MEBIBYTES, MEBIBYTES));
      }
      try {
        measure(providers, Duration.ofSeconds(seconds));
      } finally {
        for (FarLibrary provider : providers) {
          provider.close();
        }
      }
    }
  }

  private static long sent(List<FarLibrary> providers) {
    return providers.stream().mapToLong(FarLibrary::sent).sum();
  }

  private static void measure(List<FarLibrary> providers, Duration pause)
      throws InterruptedException {
    List<Multiaddr> peers =
        providers.stream().map(provider -> Multiaddr.parse(provider.address())).toList();
    RunningNode node =
        Objects.requireNonNull(
            RunningNode.start(NodeConfig.client(Identity.generate(), peers)).block());
    try {
      node.joinAll(JOIN_LIMIT).block();
      Content content =
          Objects.requireNonNull(
              node.dds().retrieve(Cid.parse(providers.get(0).cids().get(0))).block());
      Reader reader = new Reader();
      content.bytes().subscribe(reader);
      reader.paused.await();
      long atOnce = sent(providers);
      Thread.sleep(pause.dividedBy(2).toMillis());
      long later = sent(providers);
      Thread.sleep(pause.dividedBy(2).toMillis());
      long inTheEnd = sent(providers);
      reader.request(Long.MAX_VALUE);
      reader.ended.await();
      System.out.printf(
          Locale.ROOT,
          "a pause of %d s after %.1f MB: %.1f MB sent from its beginning to its middle, %.3f MB from there to its end;"
              + " the window is %.1f MB at most%n%.1f MB of %.1f MB delivered in the end%s%n",
          pause.toSeconds(),
          BEFORE / 1e6,
          (later - atOnce) / 1e6,
          (inTheEnd - later) / 1e6,
          RetrievalConfig.defaults().windowBytes() / 1e6,
          reader.bytes / 1e6,
          content.size() / 1e6,
          reader.problem);
    } finally {
      node.close().block();
    }
  }

  private static final class Reader extends BaseSubscriber<ByteBuffer> {
    private final CountDownLatch paused = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile long bytes;
    private volatile String problem = "";

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      request(1);
    }

    @Override
    protected void hookOnNext(ByteBuffer buffer) {
      long read = bytes + buffer.remaining(); // Signals come one at a time.
      bytes = read;
      if (read < BEFORE) {
        request(1);
      } else {
        paused.countDown();
      }
    }

    @Override
    protected void hookOnError(Throwable error) {
      problem = ", and then: " + error;
    }

    @Override
    protected void hookFinally(reactor.core.publisher.SignalType type) {
      paused.countDown();
      ended.countDown();
    }
  }
}
