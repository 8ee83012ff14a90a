package io.echonet.dds.transport.testing;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A name server on a port of 127.0.0.1, over UDP and TCP. It knows what it is told; of other names
 * it says that there are none.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Whether an answer arrives shows at who asked.
public final class DnsServer implements AutoCloseable {
  private static final class Entry {
    private final DnsRecordType type;
    private final byte[] data;

    Entry(DnsRecordType type, byte[] data) {
      this.type = type;
      this.data = data;
    }
  }

  private final Map<String, List<Entry>> zone = new ConcurrentHashMap<>();
  private final Map<String, String> aliases = new ConcurrentHashMap<>();
  private final Map<String, DnsResponseCode> refusals = new ConcurrentHashMap<>();
  private final List<String> silent = new CopyOnWriteArrayList<>();
  private final List<String> truncated = new CopyOnWriteArrayList<>();
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final InetSocketAddress address;
  private volatile int ttlSeconds = 60;

  private DnsServer() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Channel udp =
        new Bootstrap()
            .group(group)
            .channel(NioDatagramChannel.class)
            .handler(
                initializer(
                    () ->
                        List.of(
                            new DatagramDnsQueryDecoder(),
                            new DatagramDnsResponseEncoder(),
                            new Datagrams())))
            .bind(loopback, 0)
            .syncUninterruptibly()
            .channel();
    address = (InetSocketAddress) udp.localAddress();
    new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .childHandler(
            initializer(
                () ->
                    List.of(
                        new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder(), new Connections())))
        .bind(address)
        .syncUninterruptibly();
  }

  public static DnsServer start() {
    return new DnsServer();
  }

  public InetSocketAddress address() {
    return address;
  }

  /** An A or AAAA record of {@code name} for each of {@code ips}. */
  public DnsServer addresses(String name, String... ips) {
    for (String ip : ips) {
      byte[] data = NetUtil.createByteArrayFromIpAddressString(ip);
      add(name, data.length == 4 ? DnsRecordType.A : DnsRecordType.AAAA, data);
    }
    return this;
  }

  /** A TXT record of {@code name} for each of {@code texts}. */
  public DnsServer texts(String name, String... texts) {
    for (String text : texts) {
      ByteBuf data = Unpooled.buffer();
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      for (int from = 0; from == 0 || from < bytes.length; from += 255) {
        int length = Math.min(255, bytes.length - from);
        data.writeByte(length).writeBytes(bytes, from, length);
      }
      byte[] record = new byte[data.readableBytes()];
      data.readBytes(record);
      add(name, DnsRecordType.TXT, record);
    }
    return this;
  }

  /** The TXT records by which {@code domain} links to {@code addresses}. */
  public DnsServer links(String domain, String... addresses) {
    for (String address : addresses) {
      texts("_dnsaddr." + domain, "dnsaddr=" + address);
    }
    return this;
  }

  /** Questions about {@code name} are answered with what is known of {@code target}. */
  public DnsServer alias(String name, String target) {
    ByteBuf data = Unpooled.buffer();
    for (String label : target.split("\\.", -1)) {
      byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
      data.writeByte(bytes.length).writeBytes(bytes);
    }
    data.writeByte(0);
    byte[] record = new byte[data.readableBytes()];
    data.readBytes(record);
    add(name, DnsRecordType.CNAME, record);
    aliases.put(name, target);
    return this;
  }

  public DnsServer refuses(String name, DnsResponseCode code) {
    refusals.put(name, code);
    return this;
  }

  /** Questions about {@code name} are not answered at all. */
  public DnsServer keepsSilentAbout(String name) {
    silent.add(name);
    return this;
  }

  /** Datagrams about {@code name} say that the answer does not fit, and to ask over TCP. */
  public DnsServer truncates(String name) {
    truncated.add(name);
    return this;
  }

  public DnsServer timeToLive(int seconds) {
    ttlSeconds = seconds;
    return this;
  }

  /** What it was asked, such as {@code TXT _dnsaddr.example}. */
  public List<String> questions() {
    return List.copyOf(questions);
  }

  private void add(String name, DnsRecordType type, byte[] data) {
    zone.computeIfAbsent(name, key -> new CopyOnWriteArrayList<>()).add(new Entry(type, data));
  }

  private interface Handlers {
    List<ChannelHandler> create();
  }

  private static ChannelInitializer<Channel> initializer(Handlers handlers) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(handlers.create().toArray(ChannelHandler[]::new));
      }
    };
  }

  private final class Datagrams extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
      String name = nameOf(query);
      note(query);
      if (!silent.contains(name)) {
        DatagramDnsResponse response =
            new DatagramDnsResponse(
                /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id());
        if (truncated.contains(name)) {
          response.setTruncated(true);
          copyQuestion(query, response);
        } else {
          answer(query, response);
        }
        ctx.writeAndFlush(response);
      }
    }
  }

  private final class Connections extends SimpleChannelInboundHandler<DnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DnsQuery query) {
      note(query);
      DefaultDnsResponse response = new DefaultDnsResponse(query.id());
      answer(query, response);
      ctx.writeAndFlush(response);
    }
  }

  private void note(DnsQuery query) {
    DnsQuestion question = query.recordAt(DnsSection.QUESTION);
    questions.add(question.type().name() + " " + nameOf(query));
  }

  private static String nameOf(DnsQuery query) {
    DnsQuestion question = query.recordAt(DnsSection.QUESTION);
    return question.name().substring(0, question.name().length() - 1);
  }

  private static void copyQuestion(DnsQuery query, DnsResponse response) {
    DnsQuestion question = query.recordAt(DnsSection.QUESTION);
    response.addRecord(
        DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type()));
  }

  private void answer(DnsQuery query, DnsResponse response) {
    copyQuestion(query, response);
    DnsQuestion question = query.recordAt(DnsSection.QUESTION);
    String name = nameOf(query);
    DnsResponseCode refusal = refusals.get(name);
    if (refusal != null || !zone.containsKey(name)) {
      response.setCode(refusal == null ? DnsResponseCode.NXDOMAIN : refusal);
      return;
    }
    String target = aliases.get(name);
    if (target != null) {
      addRecords(response, name, DnsRecordType.CNAME);
    }
    addRecords(response, target == null ? name : target, question.type());
  }

  private void addRecords(DnsResponse response, String name, DnsRecordType type) {
    List<Entry> matching = new ArrayList<>(zone.getOrDefault(name, List.of()));
    matching.removeIf(entry -> !entry.type.equals(type));
    for (Entry entry : matching) {
      response.addRecord(
          DnsSection.ANSWER,
          new DefaultDnsRawRecord(
              name + ".", type, ttlSeconds, Unpooled.wrappedBuffer(entry.data)));
    }
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
