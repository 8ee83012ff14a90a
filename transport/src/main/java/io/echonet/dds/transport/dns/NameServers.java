package io.echonet.dds.transport.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** The name servers of the configuration or of the machine, asked over UDP, and TCP if need be. */
final class NameServers implements NameService, AutoCloseable {
  /*
   * Netty's caches have no bound but time, so none of them is used. A socket for each question has a port for
   * each, which whoever would forge an answer has to guess.
   */

  private final EventLoop loop;
  private final DnsNameResolver resolver;
  private final ResolverConfig config;

  /** Reads files of the machine: not for an event loop. */
  NameServers(ResolverConfig config, LoopResources loops, boolean nativeTransport) {
    this.config = config;
    EventLoopGroup group = loops.onServer(nativeTransport);
    this.loop = group.next();
    this.resolver =
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(loops.onChannelClass(DatagramChannel.class, group))
            .socketChannelType(loops.onChannelClass(SocketChannel.class, group))
            .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
            .nameServerProvider(serversOf(config))
            .queryTimeoutMillis(config.queryTimeout().toMillis())
            .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
            .resolveCache(NoopDnsCache.INSTANCE)
            .cnameCache(NoopDnsCnameCache.INSTANCE)
            .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
            .searchDomains(List.of())
            .decodeIdn(false)
            .build();
  }

  private static DnsServerAddressStreamProvider serversOf(ResolverConfig config) {
    return config.nameServers().isEmpty()
        ? DnsServerAddressStreamProviders.platformDefault()
        : new SequentialDnsServerAddressStreamProvider(config.nameServers());
  }

  @Override
  public Mono<Answer> ask(Question question) {
    return Mono.create(
        sink -> {
          Future<List<DnsRecord>> asked =
              resolver.resolveAll(
                  new DefaultDnsQuestion(question.name() + ".", type(question)),
                  List.of(),
                  new Asked(loop));
          sink.onCancel(() -> asked.cancel(false));
          asked.addListener(
              done ->
                  sink.success(
                      asked.isSuccess()
                          ? answer(question, asked.getNow())
                          : failure(question, asked.cause())));
        });
  }

  /** Netty's resolver fails what has been given up already, and logs that this can't be. */
  private static final class Asked extends DefaultPromise<List<DnsRecord>> {
    Asked(EventExecutor executor) {
      super(executor);
    }

    @Override
    public Promise<List<DnsRecord>> setFailure(Throwable cause) {
      tryFailure(cause);
      return this;
    }
  }

  private static DnsRecordType type(Question question) {
    return switch (question.kind()) {
      case A -> DnsRecordType.A;
      case AAAA -> DnsRecordType.AAAA;
      case TXT -> DnsRecordType.TXT;
    };
  }

  private Answer answer(Question question, List<DnsRecord> records) {
    try {
      List<byte[]> values = new ArrayList<>();
      long seconds = config.longestLife().toSeconds();
      for (DnsRecord record : records) {
        if (record.type().equals(type(question)) && record instanceof ByteBufHolder data) {
          values.add(value(question, data.content()));
          seconds = Math.min(seconds, record.timeToLive());
        }
      }
      return values.isEmpty()
          ? none(question)
          : Answer.of(values, Duration.ofSeconds(Math.max(0, seconds)));
    } finally {
      records.forEach(ReferenceCountUtil::release);
    }
  }

  /** A text comes in pieces of at most 255 bytes, each after its length (RFC 1035, 3.3.14). */
  private static byte[] value(Question question, ByteBuf data) {
    ByteBuf source = data.duplicate();
    if (question.kind() != Question.Kind.TXT) {
      byte[] address = new byte[source.readableBytes()];
      source.readBytes(address);
      return address;
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream(source.readableBytes());
    while (source.isReadable()) {
      byte[] piece = new byte[Math.min(source.readUnsignedByte(), source.readableBytes())];
      source.readBytes(piece);
      text.writeBytes(piece);
    }
    return text.toByteArray();
  }

  private Answer none(Question question) {
    return Answer.failed(question + " has no " + question.kind() + " record", config.failureLife());
  }

  private Answer failure(Question question, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (DnsNameResolver.isTransportOrTimeoutError(cause)) {
        return Answer.failed("no name server answers about " + question, config.failureLife());
      }
      if (cause instanceof DnsErrorCauseException error) {
        return Answer.failed(
            switch (error.getCode().intValue()) {
              case 0 -> question + " has no " + question.kind() + " record";
              case 3 -> "there is no name " + question;
              default -> "the name server answers " + error.getCode() + " about " + question;
            },
            config.failureLife());
      }
    }
    return none(question);
  }

  /** Nobody is asked any more. */
  @Override
  public void close() {
    resolver.close();
  }
}
