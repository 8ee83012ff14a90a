package io.echonet.dds.integration.daemon;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Hosts;
import io.echonet.dds.transport.host.Security;
import io.echonet.dds.transport.kad.KadConfig;
import io.echonet.dds.transport.kad.KadMode;
import io.echonet.dds.transport.kad.KademliaDht;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import reactor.netty.DisposableServer;

/** The program: starts a host and its control port, and ends at SIGTERM. */
final class Libp2pDaemon {
  private static final int USAGE_ERROR = 2;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private Libp2pDaemon() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    DaemonOptions options;
    try {
      options = DaemonOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("libp2p-daemon: " + e.getMessage() + "\nusage: " + DaemonOptions.USAGE);
      System.exit(USAGE_ERROR);
      return;
    }
    run(options);
  }

  private static void run(DaemonOptions options) throws IOException, InterruptedException {
    Identity identity =
        options.key().isPresent()
            ? Identity.decode(Files.readAllBytes(options.key().get()))
            : Identity.generate();
    Host host = Hosts.create(identity, config(options)).blockOptional(TIMEOUT).orElseThrow();
    options.listen().ifPresent(address -> host.listen(address).block(TIMEOUT));
    KademliaDht dht =
        options.dht()
            ? KademliaDht.start(
                host, KadConfig.defaults().withProtocol(KadConfig.IPFS_PROTOCOL), KadMode.SERVER)
            : null;
    DisposableServer control =
        new ControlServer(host, new DhtAnswers(dht)).listen(options.control());
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  control.disposeNow(TIMEOUT);
                  host.close().block(TIMEOUT);
                  ended.countDown();
                }));
    System.out.println("ready " + options.control() + " " + host.id());
    ended.await();
  }

  private static HostConfig config(DaemonOptions options) {
    Security only = options.security().equals("tls") ? Security.TLS : Security.NOISE;
    return HostConfig.defaults().withSecurity(List.of(only));
  }
}
