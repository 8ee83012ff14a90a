package io.echonet.dds.transport.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.echonet.dds.proto.libp2p.IdentifyProto;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.DelimitedMessages;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerRecord;
import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.SignedPeerRecord;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamHandler;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.host.InMemoryPeerStore;
import io.echonet.dds.transport.host.PeerStoreConfig;
import io.echonet.dds.transport.testing.Buffers;
import io.echonet.dds.transport.testing.HostContract;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Between hosts in memory; what is noted goes to a store of the test's own. */
@Timeout(60)
class IdentifyTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final InMemoryNetwork network = InMemoryNetwork.create(time, 1);
  private final Host asking = network.newHost();
  private final Host answering = network.newHost();
  private final InMemoryPeerStore store =
      InMemoryPeerStore.create(PeerStoreConfig.defaults(), network.clock());
  private final List<List<Multiaddr>> identified = new ArrayList<>();
  private final Identify ours = identify(asking, store);
  private final Identify theirs =
      identify(answering, InMemoryPeerStore.create(PeerStoreConfig.defaults(), network.clock()));

  private Identify identify(Host host, InMemoryPeerStore itsStore) {
    return new Identify(
        host,
        itsStore,
        IdentifyConfig.defaults(),
        time,
        (connection, addresses) -> identified.add(addresses));
  }

  @AfterEach
  void close() {
    network.close().subscribe();
  }

  private Connection connect() {
    return value(asking.connect(HostContract.addressOf(answering)));
  }

  private <T> T value(Mono<T> mono) {
    AtomicReference<T> value = new AtomicReference<>();
    mono.subscribe(value::set);
    time.advanceTime();
    return Objects.requireNonNull(value.get());
  }

  private void answerWith(StreamHandler handler) {
    answering.handle(Identify.PROTOCOL, handler);
  }

  private static StreamHandler sending(byte[]... messages) {
    return stream -> stream.send(Flux.fromArray(messages).map(DelimitedMessages::encode));
  }

  private static byte[] introduction(Identity identity, String... protocols) {
    return new Introduction(
            Optional.of(identity.publicKey()),
            List.of(),
            Optional.empty(),
            List.of(protocols),
            Optional.empty(),
            Optional.empty(),
            Optional.empty())
        .encode(4_096, ByteString.EMPTY);
  }

  @Test
  void theAnswerIsNoted() {
    theirs.start();
    answering.handle("/test/1", stream -> Mono.empty());
    Connection connection = connect();

    StepVerifier.create(ours.ask(connection)).verifyComplete();

    assertThat(store.protocols(answering.id()))
        .containsExactlyInAnyOrder(Identify.PROTOCOL, Identify.PUSH_PROTOCOL, "/test/1");
    assertThat(store.addresses(answering.id())).isEqualTo(answering.listenAddresses());
    assertThat(store.publicKey(answering.id())).contains(answering.identity().publicKey());
    assertThat(store.agentVersion(answering.id())).contains("dds/0.1.0");
    assertThat(identified).containsExactly(answering.listenAddresses());
    time.advanceTime();
    assertThat(connection.openStreams()).isZero();
  }

  @Test
  void addressesAreSignedByWhoListensThere() {
    theirs.start();
    Connection connection = connect();
    Multiaddr elsewhere = Multiaddr.parse("/ip4/127.0.0.1/tcp/9");
    store.addAddresses(answering.id(), List.of(elsewhere), Duration.ofDays(1));

    StepVerifier.create(ours.ask(connection)).verifyComplete();

    // What lives longest comes first, unless something else was signed.
    assertThat(store.addresses(answering.id()))
        .startsWith(answering.listenAddresses().get(0))
        .endsWith(elsewhere);
  }

  @Test
  void anOlderRecordThanTheOneKnownChangesNothing() {
    Multiaddr old = Multiaddr.parse("/ip4/127.0.0.1/tcp/9");
    Multiaddr known = Multiaddr.parse("/ip4/127.0.0.1/tcp/10");
    PeerRecord record = new PeerRecord(answering.id(), 8, List.of(known));
    store.addCertified(SignedPeerRecord.seal(record, answering.identity()), Duration.ofDays(1));
    Disposable first = answering.handle(Identify.PROTOCOL, sending(signedIntroduction(7, old)));

    StepVerifier.create(ours.ask(connect())).verifyComplete();
    assertThat(store.addresses(answering.id())).doesNotContain(old).contains(known);

    first.dispose();
    answerWith(sending(signedIntroduction(9, old)));
    StepVerifier.create(ours.ask(connect())).verifyComplete();
    assertThat(store.addresses(answering.id())).contains(old).doesNotContain(known);
  }

  private byte[] signedIntroduction(long sequence, Multiaddr address) {
    PeerRecord record = new PeerRecord(answering.id(), sequence, List.of(address));
    return IdentifyProto.Identify.newBuilder()
        .setSignedPeerRecord(ByteString.copyFrom(record.seal(answering.identity()).encode()))
        .build()
        .toByteArray();
  }

  @Test
  void theAskedTellsWhereItSeesTheAsker() {
    theirs.start();
    Connection connection = connect();
    Stream stream =
        value(connection.newStream(StreamOptions.defaults(), List.of(Identify.PROTOCOL)));

    StepVerifier.create(DelimitedMessages.decode(stream.receive(), 8_192))
        .assertNext(
            message ->
                assertThat(Introduction.decode(answering.id(), List.of(message), 32).observed())
                    .contains(connection.localAddress()))
        .verifyComplete();
  }

  @Test
  void notedAddressesExpire() {
    theirs.start();
    StepVerifier.create(ours.ask(connect())).verifyComplete();

    time.advanceTimeBy(Duration.ofMinutes(30));

    assertThat(store.addresses(answering.id())).isEmpty();
  }

  @Test
  void theKeyOfAnotherDiscardsAll() {
    answerWith(sending(introduction(Identity.generate(new Random(9)), "/forged")));

    StepVerifier.create(ours.ask(connect())).expectError(StreamException.class).verify();

    assertThat(store.peers()).isEmpty();
    assertThat(identified).isEmpty();
  }

  @Test
  void anAnswerMayComeInParts() {
    answerWith(
        sending(
            introduction(answering.identity(), "/a"), introduction(answering.identity(), "/b")));

    StepVerifier.create(ours.ask(connect())).verifyComplete();

    assertThat(store.protocols(answering.id())).containsExactlyInAnyOrder("/a", "/b");
  }

  @Test
  void anEndlessAnswerEndsAtTenParts() {
    byte[] part = introduction(answering.identity(), "/a");
    answerWith(
        stream ->
            stream.send(Flux.<ByteBuf>generate(sink -> sink.next(DelimitedMessages.encode(part)))));

    StepVerifier.create(ours.ask(connect())).verifyComplete();

    assertThat(store.protocols(answering.id())).containsExactly("/a");
  }

  @Test
  void aLengthPastTheLimitEndsTheStream() {
    answerWith(
        stream ->
            stream.send(
                Mono.fromSupplier(
                    () -> Buffers.of(new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, 0x20}))));
    Connection connection = connect();

    StepVerifier.create(ours.ask(connection)).expectError(StreamException.class).verify();

    assertThat(connection.openStreams()).isZero();
    assertThat(store.peers()).isEmpty();
  }

  @Test
  void aPeerThatSaysNothingIsGivenUp() {
    answerWith(stream -> Mono.never());
    Connection connection = connect();

    StepVerifier.create(ours.ask(connection))
        .then(() -> time.advanceTimeBy(Duration.ofSeconds(10)))
        .expectError(StreamException.class)
        .verify();
    assertThat(connection.openStreams()).isZero();
  }

  @Test
  void aPeerWithoutIdentifySaysSo() {
    StepVerifier.create(ours.ask(connect()))
        .expectError(ProtocolNotSupportedException.class)
        .verify();
  }

  @Test
  void changesAreGatheredAndPushed() {
    ours.start();
    theirs.start();
    connect();
    answering.handle("/new/1", stream -> Mono.empty());
    answering.handle("/new/2", stream -> Mono.empty());

    theirs.changed();
    theirs.changed();
    time.advanceTimeBy(Duration.ofMillis(49));
    assertThat(identified).isEmpty();
    time.advanceTimeBy(Duration.ofMillis(1));

    assertThat(store.protocols(answering.id())).contains("/new/1", "/new/2");
    assertThat(identified).hasSize(1);
  }

  @Test
  void whatAPushLeavesOutIsUnchanged() {
    ours.start();
    theirs.start();
    Connection connection = connect();
    StepVerifier.create(ours.ask(connection)).verifyComplete();
    Connection back = answering.connections().get(0);

    byte[] onlyAgent =
        new Introduction(
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("other/2"))
            .encode(4_096, ByteString.EMPTY);
    Stream push = value(back.newStream(StreamOptions.defaults(), List.of(Identify.PUSH_PROTOCOL)));
    push.send(Mono.fromSupplier(() -> DelimitedMessages.encode(onlyAgent)))
        .then(push.close())
        .subscribe();
    time.advanceTime();

    assertThat(store.agentVersion(answering.id())).contains("other/2");
    assertThat(store.protocols(answering.id())).contains(Identify.PROTOCOL);
    assertThat(store.addresses(answering.id())).isEqualTo(answering.listenAddresses());
  }

  @Test
  void afterTheEndNothingIsServedOrPushed() {
    ours.start();
    connect();
    Disposable running = theirs.start();
    running.dispose();

    theirs.changed();
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(identified).isEmpty();
    assertThat(answering.protocols()).isEmpty();
  }
}
