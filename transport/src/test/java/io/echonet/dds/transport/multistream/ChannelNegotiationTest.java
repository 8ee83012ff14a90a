package io.echonet.dds.transport.multistream;

import static io.echonet.dds.transport.multistream.MultistreamNegotiationTest.HEADER;
import static io.echonet.dds.transport.multistream.MultistreamNegotiationTest.NA;
import static io.echonet.dds.transport.multistream.StreamNegotiationTest.buffer;
import static io.echonet.dds.transport.multistream.StreamNegotiationTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.spi.Role;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ChannelNegotiationTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void theInitiatorSendsHeaderAndProposalAtOnce() {
    List<String> agreed = new ArrayList<>();
    negotiate(Role.INITIATOR, "/x").subscribe(agreed::add);

    assertThat(outbound()).isEqualTo(HEADER + "\u0003/x\n");
    channel.writeInbound(buffer(HEADER + "\u0003/x\n"));

    assertThat(agreed).containsExactly("/x");
  }

  @Test
  void earlyBytesWaitForTheHandlerThatReads() {
    List<String> agreed = new ArrayList<>();
    negotiate(Role.RESPONDER, "/x").subscribe(agreed::add);
    channel.writeInbound(buffer(HEADER + "\u0003/x\nearly"));
    channel.writeInbound(buffer(" bird"));

    assertThat(agreed).containsExactly("/x");
    assertThat(outbound()).isEqualTo(HEADER + "\u0003/x\n");
    Reader next = new Reader();
    channel.pipeline().addLast(next);
    assertThat(next.heard).isEmpty();

    channel.config().setAutoRead(true);

    assertThat(next.heard).containsExactly("early", " bird", "complete");
    assertThat(channel.pipeline().toMap().values()).containsExactly(next);
    channel.writeInbound(buffer("late"));
    assertThat(next.heard).endsWith("late", "complete");
  }

  @Test
  void aHandlerThatReadsWhenItIsAddedGetsTheEarlyBytes() {
    Reader next =
        new Reader() {
          @Override
          public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.read();
          }
        };
    negotiate(Role.RESPONDER, "/x").subscribe(protocol -> channel.pipeline().addLast(next));

    channel.writeInbound(buffer(HEADER + "\u0003/x\nearly"));

    assertThat(next.heard).containsExactly("early", "complete", "complete");
  }

  @Test
  void twoNegotiationsInOneFlightFollowOneAnother() {
    List<String> agreed = new ArrayList<>();
    negotiate(Role.RESPONDER, "/x")
        .doOnNext(agreed::add)
        .flatMap(first -> negotiate(Role.RESPONDER, "/y"))
        .subscribe(agreed::add);

    channel.writeInbound(buffer(HEADER + "\u0003/x\n" + HEADER + "\u0003/y\nand the rest"));

    assertThat(agreed).containsExactly("/x", "/y");
    Reader next = new Reader();
    channel.pipeline().addLast(next);
    channel.read();
    assertThat(next.heard).containsExactly("and the rest", "complete");
    assertThat(channel.pipeline().toMap().values()).containsExactly(next);
  }

  @Test
  void withoutAReaderNothingMoreIsRead() {
    negotiate(Role.RESPONDER, "/x").subscribe();
    channel.writeInbound(buffer(HEADER + "\u0003/x\nearly"));

    channel.read();

    assertThat(channel.config().isAutoRead()).isFalse();
    assertThat(channel.<Object>readInbound()).isNull();
  }

  @Test
  void refusalClosesTheChannel() {
    StepVerifier.create(negotiate(Role.INITIATOR, "/x"))
        .then(() -> channel.writeInbound(buffer(HEADER + NA)))
        .expectErrorMessage("the peer refuses every protocol proposed")
        .verify(TIMEOUT);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void garbageClosesTheChannel() {
    StepVerifier.create(negotiate(Role.RESPONDER, "/x"))
        .then(
            () ->
                channel.writeInbound(
                    buffer("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + "x".repeat(99))))
        .expectError(ConnectionException.class)
        .verify(TIMEOUT);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void theEndOfTheConnectionIsAnError() {
    StepVerifier.create(negotiate(Role.RESPONDER, "/x"))
        .then(() -> channel.writeInbound(buffer(HEADER)))
        .then(() -> channel.close().syncUninterruptibly())
        .expectErrorMessage("connection closed during protocol negotiation")
        .verify(TIMEOUT);
    StepVerifier.create(negotiate(Role.RESPONDER, "/x"))
        .expectErrorMessage("connection closed during protocol negotiation")
        .verify(TIMEOUT);
  }

  @Test
  void cancellingTakesTheHandlerOutAndLeavesTheChannelOpen() {
    Disposable negotiation = negotiate(Role.RESPONDER, "/x").subscribe();
    assertThat(channel.pipeline().toMap()).hasSize(1);

    negotiation.dispose();
    channel.runPendingTasks();

    assertThat(channel.pipeline().toMap()).isEmpty();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void theEndOfTheConnectionIsNobodysErrorWhileCancellingIsOnItsWay() {
    List<Throwable> dropped = new ArrayList<>();
    Hooks.onErrorDropped(dropped::add);
    try {
      Disposable negotiation = negotiate(Role.RESPONDER, "/x").subscribe();

      negotiation.dispose(); // The event loop has not heard of it yet.
      channel.close().syncUninterruptibly();
      channel.runPendingTasks();
    } finally {
      Hooks.resetOnErrorDropped();
    }

    assertThat(dropped).isEmpty();
  }

  @Test
  void earlyBytesThatNobodyReadsAreReleasedWithTheChannel() {
    negotiate(Role.RESPONDER, "/x").subscribe();
    ByteBuf flight = buffer(HEADER + "\u0003/x\nearly");
    channel.writeInbound(flight);
    assertThat(flight.refCnt()).isOne();

    channel.close().syncUninterruptibly();
    channel.runPendingTasks();

    assertThat(flight.refCnt()).isZero();
  }

  @Test
  void aFloodOfEarlyBytesClosesTheChannel() {
    negotiate(Role.RESPONDER, "/x").subscribe();
    channel.writeInbound(buffer(HEADER + "\u0003/x\n"));
    for (int i = 0; i < 17 && channel.isOpen(); i++) {
      channel.writeInbound(channel.alloc().buffer(1 << 16).writeZero(1 << 16));
    }
    assertThat(channel.isOpen()).isFalse();
  }

  private Mono<String> negotiate(Role role, String protocol) {
    return Multistream.negotiate(channel, role, List.of(protocol)).transform(this::started);
  }

  /** An embedded channel runs its tasks only when told to. */
  private Mono<String> started(Mono<String> negotiation) {
    return Mono.create(
        sink -> {
          Disposable running = negotiation.subscribe(sink::success, sink::error);
          sink.onCancel(running);
          channel.runPendingTasks();
        });
  }

  private String outbound() {
    StringBuilder sent = new StringBuilder();
    for (ByteBuf buffer = channel.readOutbound(); buffer != null; buffer = channel.readOutbound()) {
      sent.append(text(buffer));
    }
    return sent.toString();
  }

  private static class Reader extends ChannelInboundHandlerAdapter {
    final List<String> heard = new ArrayList<>();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      heard.add(text((ByteBuf) message));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      heard.add("complete");
    }
  }
}
