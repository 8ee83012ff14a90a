package io.echonet.dds.transport.example;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Hosts;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;

/** Two hosts, one of which sends back what the other says. */
final class Echo {
  private Echo() {}

  /** What comes back. */
  static Mono<String> run(String text) {
    return Hosts.create(Identity.generate(), HostConfig.defaults())
        .zipWith(Hosts.create(Identity.generate(), HostConfig.defaults()))
        .flatMap(
            hosts ->
                Mono.usingWhen(
                    Mono.just(hosts),
                    both -> ask(both.getT1(), both.getT2(), text),
                    both -> both.getT1().close().then(both.getT2().close())));
  }

  // README: from here
  private static Mono<String> ask(Host server, Host client, String text) {
    // Sends what it receives: as slowly as the other end reads, and in constant memory.
    server.handle("/echo/1.0.0", stream -> stream.send(stream.receive()));

    return server
        .listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))
        .flatMap(client::connect)
        .flatMap(
            connection ->
                client.newStream(connection.remotePeer(), StreamOptions.defaults(), "/echo/1.0.0"))
        .flatMap(
            stream ->
                stream
                    .send(Mono.just(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)))
                    .then(stream.closeWrite())
                    .thenMany(stream.receive())
                    .map(Echo::textOf)
                    .reduce(String::concat));
  }

  // README: to here

  private static String textOf(io.netty.buffer.ByteBuf buffer) {
    try {
      return buffer.toString(StandardCharsets.UTF_8);
    } finally {
      buffer.release();
    }
  }
}
