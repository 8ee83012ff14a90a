package io.echonet.dds.transport.yamux;

import static io.echonet.dds.transport.yamux.YamuxFrame.ACK;
import static io.echonet.dds.transport.yamux.YamuxFrame.FIN;
import static io.echonet.dds.transport.yamux.YamuxFrame.RST;
import static io.echonet.dds.transport.yamux.YamuxFrame.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Role;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Many sessions that share too little memory, under random faults: they never have more than there
 * is, and all is there again in the end.
 */
class SharedMemoryTest {
  private static final int WINDOW = 262_144;
  private static final int LIMIT = 3_000_000;
  private static final int SESSIONS = 6;

  private final TestMemory memory = new TestMemory(LIMIT);

  @Test
  void noMoreIsTakenThanThereIsAndAllIsGivenBack() {
    int starved = 0;
    for (int seed = 0; seed < 10; seed++) {
      TestMemory shared = new TestMemory(LIMIT);
      play(new Random(seed), shared);
      assertThat(shared.most()).as("seed %d", seed).isLessThanOrEqualTo(LIMIT);
      assertThat(shared.taken()).as("seed %d", seed).isZero();
      starved += shared.most() == LIMIT ? 1 : 0;
    }
    assertThat(starved).as("seeds that used all of it up").isGreaterThan(3);
  }

  private static void play(Random random, TestMemory memory) {
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(new Session(random, memory));
    }
    for (int step = 0; step < 300; step++) {
      int chosen = random.nextInt(SESSIONS);
      Session session = sessions.get(chosen);
      if (session.peer.isConnected()) {
        session.step();
      } else if (random.nextInt(4) == 0) {
        session.end();
        sessions.set(chosen, new Session(random, memory));
      }
    }
    sessions.forEach(Session::end);
  }

  /** One session, its peer, and its readers. */
  private static final class Session {
    final ScriptedPeer peer;
    private final Random random;
    private final Map<Integer, Integer> credit = new HashMap<>();
    private final List<Reader> readers = new ArrayList<>();
    private int nextId = 1;

    Session(Random random, TestMemory memory) {
      this.random = random;
      this.peer =
          new ScriptedPeer(Role.RESPONDER, YamuxConfig.defaults().withMaxStreams(16, 16), memory);
    }

    void step() {
      int chance = random.nextInt(1_000);
      if (credit.isEmpty() || chance < 30) {
        open();
      } else if (chance < 900) {
        carry(anyStream());
      } else if (chance < 950) {
        readers.get(random.nextInt(readers.size())).act(random);
      } else if (chance < 990) {
        endStream(anyStream());
      } else {
        endConnection();
      }
      listen();
    }

    /** Some streams have a larger window from the first. */
    private void open() {
      if (random.nextBoolean()) {
        peer.connection.open(WINDOW + random.nextInt(WINDOW)).subscribe(this::read, refused -> {});
      } else {
        int id = nextId;
        nextId += 2;
        peer.sendsUpdate(SYN, id, 0);
        if (!peer.accepted.isEmpty() && peer.accepted.get(peer.accepted.size() - 1).id() == id) {
          read(peer.accepted.get(peer.accepted.size() - 1));
        }
      }
    }

    private void read(MuxedStream stream) {
      credit.put((int) stream.id(), WINDOW);
      readers.add(new Reader(stream, random.nextInt(5) > 0));
    }

    private int anyStream() {
      List<Integer> ids = credit.keySet().stream().sorted().toList();
      return ids.get(random.nextInt(ids.size()));
    }

    /** All that the peer may send, at once or after some time. */
    private void carry(int id) {
      peer.passes(Duration.ofMillis(random.nextInt(10) == 0 ? 500 : 1));
      for (int left = credit.replace(id, 0); left > 0; left -= 250_000) {
        peer.sendsData(0, id, Math.min(left, 250_000));
      }
    }

    private void endStream(int id) {
      switch (random.nextInt(3)) {
        case 0 -> {
          peer.sendsUpdate(RST, id, 0);
          credit.remove(id);
        }
        case 1 -> {
          carry(id);
          peer.sendsUpdate(FIN, id, 0);
          credit.remove(id);
        }
        default -> readers.stream().filter(r -> r.stream.id() == id).forEach(Reader::reset);
      }
    }

    private void endConnection() {
      switch (random.nextInt(4)) {
        case 0 -> peer.connection.close().subscribe();
        case 1 -> peer.channel.close().syncUninterruptibly();
        case 2 -> peer.sendsData(0, anyStream(), 8 * LIMIT);
        default -> peer.sends(new YamuxFrame.GoAway(random.nextInt(2)));
      }
    }

    private void listen() {
      peer.channel.runPendingTasks();
      for (String frame : peer.hears()) {
        String[] words = frame.split(" ", -1);
        int last = Integer.parseUnsignedInt(words[words.length - 1]);
        if (words[0].equals("ping") && words[1].equals("syn")) {
          peer.passes(Duration.ofMillis(100));
          peer.sends(new YamuxFrame.Ping(ACK, last));
        } else if (words[0].equals("update")) {
          int id = Integer.parseInt(words[words.length - 2]);
          if (frame.contains("rst")) {
            credit.remove(id);
          } else {
            credit.computeIfPresent(id, (key, had) -> had + last);
          }
        }
      }
    }

    /** The connection goes, and so do the readers of what had arrived whole. */
    void end() {
      peer.channel.close().syncUninterruptibly();
      readers.forEach(BaseSubscriber::cancel);
      peer.close();
    }
  }

  /** Keeps up, or does not. */
  private static final class Reader extends BaseSubscriber<ByteBuf> {
    final MuxedStream stream;
    private final boolean eager;

    Reader(MuxedStream stream, boolean eager) {
      this.stream = stream;
      this.eager = eager;
      stream.receive().subscribe(this);
    }

    void act(Random random) {
      switch (random.nextInt(8)) {
        case 0 -> cancel();
        case 1 -> stream.closeWrite().subscribe(nothing -> {}, failure -> {});
        case 2 -> stream.close().subscribe();
        default -> request(1 + random.nextInt(20));
      }
    }

    void reset() {
      stream.reset();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      subscription.request(eager ? Long.MAX_VALUE : 1);
    }

    @Override
    protected void hookOnNext(ByteBuf buffer) {
      buffer.release();
    }

    @Override
    protected void hookOnError(Throwable failure) {}
  }

  @Test
  void whatHasArrivedWholeIsReservedUntilItIsReadThoughTheConnectionIsGone() {
    ScriptedPeer peer = new ScriptedPeer(Role.INITIATOR, YamuxConfig.defaults(), memory);
    MuxedStream stream = Objects.requireNonNull(peer.now(peer.connection.open(2 * WINDOW)));
    Reader reader = new Reader(stream, false);
    peer.sendsData(ACK, 1, WINDOW);
    peer.sendsData(FIN, 1, WINDOW);

    peer.channel.close().syncUninterruptibly();
    assertThat(memory.taken()).isEqualTo(WINDOW);

    reader.request(10);
    assertThat(memory.taken()).isZero();
    peer.close();
  }

  @ParameterizedTest
  @MethodSource("openingsThatBreakTheProtocol")
  void aStreamThatBreaksTheProtocolAsItOpensKeepsNothing(YamuxFrame opening) {
    ScriptedPeer peer =
        new ScriptedPeer(
            Role.RESPONDER, YamuxConfig.defaults().withInboundWindow(2 * WINDOW), memory);

    peer.sends(opening);

    assertThat(peer.hears()).containsExactly("goaway 1");
    assertThat(memory.most()).isEqualTo(WINDOW);
    assertThat(memory.taken()).isZero();
    peer.close();
  }

  private static List<YamuxFrame> openingsThatBreakTheProtocol() {
    return List.of(
        new YamuxFrame.Data(SYN, 1, 4 * WINDOW), new YamuxFrame.WindowUpdate(SYN, 1, 0xFFFF_FFFFL));
  }

  @Test
  void whereMemoryIsUsedUpStreamsAreOpenedAndReadAllTheSame() {
    TestMemory none = new TestMemory(0);
    ScriptedPeer peer =
        new ScriptedPeer(
            Role.RESPONDER, YamuxConfig.defaults().withInboundWindow(16 * 1024 * 1024), none);
    new Reader(peer.opens(1), true);
    assertThat(peer.hears()).containsExactly("update ack 1 0");

    for (int i = 0; i < 100; i++) {
      peer.sendsData(0, 1, WINDOW);
      peer.channel.runPendingTasks();
      assertThat(peer.hears()).contains("update 1 " + WINDOW);
    }
    peer.close();
  }
}
