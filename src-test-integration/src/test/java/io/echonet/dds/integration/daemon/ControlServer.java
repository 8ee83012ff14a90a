package io.echonet.dds.integration.daemon;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;

/** The control port: answers one request on each connection. */
final class ControlServer {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration KNOWN_FOR = Duration.ofHours(1);

  private final Host host;
  private final DhtAnswers dht;
  private final StreamHandlers handlers;

  ControlServer(Host host, DhtAnswers dht) {
    this.host = host;
    this.dht = dht;
    this.handlers = new StreamHandlers(host);
  }

  DisposableServer listen(Multiaddr address) {
    return TcpServer.create()
        .host(address.value(MultiaddrProtocol.IP4).orElseThrow())
        .port(Integer.parseInt(address.value(MultiaddrProtocol.TCP).orElseThrow()))
        .doOnConnection(
            client -> {
              client.addHandlerFirst(new FirstMessage());
              serve(client).doFinally(end -> client.dispose()).subscribe();
            })
        .bindNow(TIMEOUT);
  }

  private Mono<Void> serve(Connection client) {
    return client
        .inbound()
        .receive()
        .retain()
        .switchOnFirst(
            (first, bytes) -> {
              ByteBuf message = first.get();
              if (message == null) {
                return bytes.then();
              }
              byte[] request = ByteBufUtil.getBytes(message);
              return answer(request, client, bytes.skip(1)).doFinally(end -> message.release());
            })
        .then()
        .onErrorResume(
            failure -> {
              LOG.debug("a client's request", failure);
              return Mono.empty();
            });
  }

  private Mono<Void> answer(byte[] bytes, Connection client, Flux<ByteBuf> rest) {
    return Mono.fromCallable(() -> ControlRequest.decode(bytes))
        .flatMap(
            request ->
                request.type() == ControlRequest.STREAM_OPEN
                    ? openStream(request, client, rest)
                    : write(client, answer(request)).then(discard(rest)))
        .onErrorResume(failure -> write(client, Flux.just(error(failure))));
  }

  private Flux<byte[]> answer(ControlRequest request) {
    return Flux.defer(
            () ->
                switch (request.type()) {
                  case ControlRequest.IDENTIFY ->
                      Flux.just(ControlResponse.identity(host.id(), host.announcedAddresses()));
                  case ControlRequest.CONNECT -> connect(request).flux();
                  case ControlRequest.STREAM_HANDLER -> serveProtocols(request);
                  case ControlRequest.DHT -> dht.to(request);
                  case ControlRequest.LIST_PEERS -> Flux.just(ControlResponse.peers(connected()));
                  case ControlRequest.DISCONNECT -> disconnect(request).flux();
                  default -> Flux.error(new IOException("request of type " + request.type()));
                })
        .onErrorResume(failure -> Flux.just(error(failure)));
  }

  private Mono<byte[]> connect(ControlRequest request) {
    List<Multiaddr> addresses =
        request.multiaddrs().stream().map(Multiaddr::withoutPeerId).toList();
    host.peerStore().addAddresses(request.peerId(), addresses, KNOWN_FOR);
    return host.connect(request.peerId()).map(connection -> ControlResponse.ok());
  }

  private Flux<byte[]> serveProtocols(ControlRequest request) {
    Multiaddr client = request.multiaddrs().get(0);
    request.protocols().forEach(protocol -> handlers.serve(protocol, client));
    return Flux.just(ControlResponse.ok());
  }

  private List<PeerId> connected() {
    return host.connections().stream()
        .map(io.echonet.dds.transport.Connection::remotePeer)
        .distinct()
        .toList();
  }

  private Mono<byte[]> disconnect(ControlRequest request) {
    return Flux.fromIterable(host.connections())
        .filter(connection -> connection.remotePeer().equals(request.peerId()))
        .flatMap(io.echonet.dds.transport.Connection::close)
        .then(Mono.fromSupplier(ControlResponse::ok));
  }

  private Mono<Void> openStream(ControlRequest request, Connection client, Flux<ByteBuf> rest) {
    return host.newStream(
            request.peerId(), StreamOptions.defaults(), request.protocols().toArray(String[]::new))
        .flatMap(stream -> hand(stream, client, rest));
  }

  private static Mono<Void> hand(Stream stream, Connection client, Flux<ByteBuf> rest) {
    byte[] opened = ControlResponse.stream(stream.connection(), stream.protocol());
    return write(client, Flux.just(opened)).then(Piping.join(stream, client, rest));
  }

  private static Mono<Void> write(Connection client, Flux<byte[]> messages) {
    return client.outbound().send(messages.map(Unpooled::wrappedBuffer), each -> true).then();
  }

  /** Waits for the client to leave. */
  private static Mono<Void> discard(Flux<ByteBuf> rest) {
    return rest.doOnNext(ByteBuf::release).then();
  }

  private static byte[] error(Throwable failure) {
    LOG.debug("a request failed", failure);
    return ControlResponse.error(String.valueOf(failure.getMessage()));
  }
}
