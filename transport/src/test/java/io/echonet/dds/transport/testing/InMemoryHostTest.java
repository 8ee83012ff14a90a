package io.echonet.dds.transport.testing;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;

import io.echonet.dds.transport.Host;
import org.junit.jupiter.api.AfterEach;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class InMemoryHostTest implements HostContract, StreamContract {
  private final Scheduler scheduler = Schedulers.newSingle("network");
  private final InMemoryNetwork network = InMemoryNetwork.create(scheduler, 1);

  @Override
  public Host newHost() {
    return network.newHost();
  }

  @AfterEach
  void close() {
    network.close().block(TIMEOUT);
    scheduler.dispose();
  }
}
