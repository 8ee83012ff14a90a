package io.echonet.dds.integration.daemon;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.echonet.dds.transport.Stream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.TcpClient;

/** The protocols that clients serve: each stream of a peer goes to a socket of the client's. */
final class StreamHandlers {
  private final Host host;
  private final Map<String, Disposable> handlers = new ConcurrentHashMap<>();

  StreamHandlers(Host host) {
    this.host = host;
  }

  /** Serves {@code protocol} at {@code client} from now on, and nowhere it was served before. */
  void serve(String protocol, Multiaddr client) {
    handlers.compute(
        protocol,
        (known, before) -> {
          if (before != null) {
            before.dispose();
          }
          return host.handle(protocol, stream -> hand(stream, client));
        });
  }

  private static Mono<Void> hand(Stream stream, Multiaddr client) {
    String address =
        client
            .value(MultiaddrProtocol.IP4)
            .orElseThrow(() -> new IllegalArgumentException(client + " is no IPv4 address"));
    int port = Integer.parseInt(client.value(MultiaddrProtocol.TCP).orElseThrow());
    return TcpClient.create(ConnectionProvider.newConnection())
        .host(address)
        .port(port)
        .connect()
        .flatMap(socket -> pipe(stream, socket));
  }

  private static Mono<Void> pipe(Stream stream, Connection socket) {
    byte[] info = ControlResponse.streamInfo(stream.connection(), stream.protocol());
    Flux<ByteBuf> fromSocket = socket.inbound().receive().retain();
    return socket
        .outbound()
        .sendObject(Unpooled.wrappedBuffer(info))
        .then()
        .then(Piping.join(stream, socket, fromSocket))
        .doFinally(end -> socket.dispose());
  }
}
