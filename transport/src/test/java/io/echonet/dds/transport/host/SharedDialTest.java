package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/** Who wants the same at the same time, on a transport that never gets anywhere. */
@Timeout(60)
class SharedDialTest {
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");

  private final ScriptedTransport transport = new ScriptedTransport();
  private final List<Throwable> failures = new ArrayList<>();
  private final Host host = TestHosts.start(HostConfig.defaults(), transport);

  @AfterEach
  void close() {
    host.close().block(Await.TIMEOUT);
  }

  private Disposable connect() {
    return host.connect(ADDRESS).subscribe(connection -> {}, this::noteFailure);
  }

  @Test
  void aDialThatFailsGivesItsPlaceBackBeforeTheNextInTurnBegins() {
    Host narrow =
        TestHosts.start(
            HostConfig.defaults()
                .withDialing(DialConfig.defaults().withMaxConcurrent(1))
                .withLimits(
                    ResourceLimits.defaults()
                        .withConnections(ConnectionLimits.defaults().withInAll(1, 1))),
            transport);
    narrow.connect(ADDRESS).subscribe(connection -> {}, this::noteFailure);
    narrow
        .connect(Multiaddr.parse("/ip4/127.0.0.1/tcp/4002"))
        .subscribe(connection -> {}, this::noteFailure);
    assertThat(transport.begun()).isEqualTo(1);

    transport.fail(0, new DialException("refused"));

    assertThat(transport.begun()).isEqualTo(2);
    assertThat(failures).hasSize(1);
    narrow.close().block(Await.TIMEOUT);
  }

  private synchronized void noteFailure(Throwable failure) {
    failures.add(failure);
  }

  @Test
  void aDialGoesOnWhileOneWaitsForIt() {
    Disposable first = connect();
    Disposable second = connect();
    first.dispose();
    assertThat(transport.begun()).isEqualTo(1);
    assertThat(transport.underWay()).isEqualTo(1);

    second.dispose();
    assertThat(transport.underWay()).isZero();
  }

  @Test
  void whoComesWhileTheLastOtherLeavesGetsADialOfHisOwn() {
    AtomicReference<Disposable> late = new AtomicReference<>(Disposables.disposed());
    Disposable last = connect();
    transport.onCancel(
        () -> {
          transport.onCancel(() -> {});
          late.set(connect());
        });
    last.dispose();
    assertThat(failures).isEmpty();
    assertThat(transport.begun()).isEqualTo(2);

    Disposable third = connect();
    assertThat(transport.begun()).as("shared with the one that came late").isEqualTo(2);
    third.dispose();
    assertThat(transport.underWay()).isEqualTo(1);
    late.get().dispose();
    assertThat(transport.underWay()).isZero();
  }

  @Test
  void whoComesAsAnotherLeavesIsNeitherFailedNorLeftWithADialThatNobodyCanCancel()
      throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    Disposable before = connect();
    for (int i = 0; i < 5_000; i++) {
      Disposable leaving = before;
      Disposable left =
          Schedulers.boundedElastic()
              .schedule(
                  () -> {
                    meet(barrier);
                    leaving.dispose();
                    meet(barrier);
                  });
      meet(barrier);
      before = connect();
      meet(barrier);
      left.dispose();
      assertThat(transport.underWay()).isEqualTo(1);
    }
    before.dispose();

    assertThat(transport.underWay()).isZero();
    assertThat(failures).isEmpty();
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(Await.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the other did not come", e);
    }
  }
}
