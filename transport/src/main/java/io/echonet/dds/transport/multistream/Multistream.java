package io.echonet.dds.transport.multistream;

import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Role;
import io.netty.channel.Channel;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Mono;

/** multistream-select on a channel that is being upgraded, and on the streams of a muxed one. */
public final class Multistream {
  private Multistream() {}

  /**
   * Negotiates on {@code channel}: the initiator proposes {@code protocols} in order, the responder
   * agrees to any of them. Emits the protocol on the channel's event loop.
   *
   * <p>From subscription on the channel reads only when asked to (auto-read is off, and stays off).
   * Bytes that came with the last line are kept, and handed on when a handler added behind asks to
   * read, be it by {@code ctx.read()} or by {@code setAutoRead(true)}: add the handler first, then
   * read. With that the pipeline is as it was found.
   *
   * <p>Cancelling gives up without closing the channel. Errors, each closing the channel: {@link
   * io.echonet.dds.transport.ConnectionException} where the peer breaks the protocol, refuses
   * everything proposed, or goes away.
   */
  public static Mono<String> negotiate(Channel channel, Role role, List<String> protocols) {
    List<String> all = List.copyOf(protocols);
    return Mono.create(
        sink -> {
          MultistreamNegotiation negotiation =
              role.isInitiator()
                  ? MultistreamNegotiation.initiator(all)
                  : MultistreamNegotiation.responder(all);
          new ChannelNegotiation(negotiation, sink).start(channel);
        });
  }

  /**
   * A stream on which {@code protocol} is taken for agreed: the proposal travels in one buffer with
   * the first payload, so that negotiating costs no round trip. Where nothing has been sent by the
   * time somebody receives or half-closes, the proposal is sent alone.
   *
   * <p>The peer's answer is read with the first {@code receive()}. Where it is a refusal, receiving
   * and sending fail with {@link io.echonet.dds.transport.ProtocolNotSupportedException} and the
   * stream is reset; where it is no answer at all, with {@link
   * io.echonet.dds.transport.StreamException}.
   */
  public static NegotiatedStream propose(MuxedStream stream, String protocol) {
    return StreamNegotiation.lazy(stream, protocol);
  }

  /**
   * As {@link #propose(MuxedStream, String)} where there is one protocol; several are proposed in
   * order, each for a round trip, and the stream is emitted once the peer agrees to one.
   *
   * <p>Cancelling resets the stream. Errors, each resetting the stream: {@link
   * io.echonet.dds.transport.ProtocolNotSupportedException} where the peer refuses them all, else
   * {@link io.echonet.dds.transport.StreamException}.
   */
  public static Mono<NegotiatedStream> propose(MuxedStream stream, List<String> protocols) {
    List<String> all = List.copyOf(protocols);
    return all.size() == 1
        ? Mono.fromSupplier(() -> propose(stream, all.get(0)))
        : StreamNegotiation.eager(stream, () -> MultistreamNegotiation.initiator(all));
  }

  /**
   * Agrees to one of {@code protocols} on a stream the peer has opened, refusing what else it
   * proposes.
   *
   * <p>Cancelling resets the stream. Errors, each resetting the stream: {@link
   * io.echonet.dds.transport.StreamException} where the peer breaks the protocol or ends the
   * stream.
   */
  public static Mono<NegotiatedStream> answer(MuxedStream stream, Collection<String> protocols) {
    List<String> all = List.copyOf(protocols);
    return StreamNegotiation.eager(stream, () -> MultistreamNegotiation.responder(all));
  }
}
