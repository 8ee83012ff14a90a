package io.echonet.dds.transport.spi;

import io.echonet.dds.transport.Multiaddr;
import io.netty.channel.Channel;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * A way to carry bytes between two addresses. What comes out is a Netty channel, whatever is below
 * it.
 */
public interface Transport {
  /**
   * Whether {@code address} (with or without {@code /p2p}) is one this transport dials and listens
   * on.
   */
  boolean understands(Multiaddr address);

  /**
   * Opens a connection. Its channel reads nothing until a handler has been added and reading is
   * asked for. Cancelling abandons the attempt. Errors: {@link
   * io.echonet.dds.transport.DialException}.
   */
  Mono<RawConnection> dial(Multiaddr address);

  /**
   * Listens; every accepted connection is handed to {@code accept} on its event loop. Errors:
   * {@link io.echonet.dds.transport.ListenException}.
   */
  Mono<Listener> listen(Multiaddr address, Consumer<RawConnection> accept);

  /** A connection before any upgrade; closing the channel is the owner's duty. */
  record RawConnection(Channel channel, Multiaddr localAddress, Multiaddr remoteAddress) {}

  /** An address being listened on. */
  interface Listener {
    /** The address bound, its port resolved. */
    Multiaddr address();

    /** Stops accepting; connections already accepted go on. Idempotent. */
    Mono<Void> close();
  }
}
