package io.echonet.dds.transport.testing;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.MonoSink;

/** One attempt of an in-memory host to reach a peer, shared by all who wait for it. */
final class InMemoryDial {
  private final NetworkLoop loop;
  private final InMemoryHost host;
  private final Optional<PeerId> expected;
  private final List<Multiaddr> addresses;
  private final Runnable onEnd;
  private final Set<MonoSink<Connection>> waiters = new LinkedHashSet<>();
  private final List<String> failures = new ArrayList<>();
  private boolean ended;

  InMemoryDial(
      NetworkLoop loop,
      InMemoryHost host,
      Optional<PeerId> expected,
      List<Multiaddr> addresses,
      Runnable onEnd) {
    this.loop = loop;
    this.host = host;
    this.expected = expected;
    this.addresses = addresses;
    this.onEnd = onEnd;
  }

  void await(MonoSink<Connection> waiter) {
    waiters.add(waiter);
    waiter.onCancel(() -> loop.execute(() -> leave(waiter)));
  }

  private void leave(MonoSink<Connection> waiter) {
    if (waiters.remove(waiter) && waiters.isEmpty()) {
      end();
    }
  }

  void start() {
    if (host.isClosed()) {
      fail(new DialException("host is closed"));
    } else if (expected.filter(host.id()::equals).isPresent()) {
      fail(new DialException("a host does not dial itself"));
    } else if (addresses.isEmpty()) {
      fail(new DialException("no address of " + name() + " is known"));
    } else {
      attempt(0);
    }
  }

  private void attempt(int index) {
    if (ended) {
      return;
    }
    if (index == addresses.size()) {
      fail(new DialException("cannot reach " + name() + ": " + String.join("; ", failures)));
      return;
    }
    Multiaddr address = addresses.get(index);
    Optional<InMemoryHost> target = host.network().listener(address);
    Duration roundTrip =
        target
            .map(there -> delayTo(there).plus(delayFrom(there)))
            .orElseGet(() -> host.network().defaultLink().delay().multipliedBy(2));
    loop.schedule(() -> answered(index, address), roundTrip);
  }

  private Duration delayTo(InMemoryHost target) {
    return host.network().linkBetween(host, target).delay();
  }

  private Duration delayFrom(InMemoryHost target) {
    return host.network().linkBetween(target, host).delay();
  }

  /** One round trip has passed. */
  private void answered(int index, Multiaddr address) {
    if (ended) {
      return;
    }
    Optional<InMemoryHost> target = host.network().listener(address);
    if (target.isPresent() && host.network().isStalled(host, target.get())) {
      Duration timeout = host.network().dialTimeout();
      loop.schedule(() -> failed(index, address, "timed out after " + timeout), timeout);
    } else if (target.isEmpty()) {
      failed(index, address, "connection refused");
    } else if (target.get() == host) {
      failed(index, address, "that is this host itself");
    } else if (expected.isPresent() && !expected.get().equals(target.get().id())) {
      failed(index, address, "the peer there is " + target.get().id());
    } else {
      connect(address, target.get());
    }
  }

  private void failed(int index, Multiaddr address, String reason) {
    failures.add(address + ": " + reason);
    attempt(index + 1);
  }

  private void connect(Multiaddr address, InMemoryHost target) {
    InMemoryConnection near =
        InMemoryConnection.pair(loop, host, host.network().ephemeralAddress(), target, address);
    InMemoryConnection far = near.peer();
    List<MonoSink<Connection>> served = List.copyOf(waiters);
    end();
    host.connected(near);
    target.connected(far);
    served.forEach(waiter -> waiter.success(near));
  }

  void fail(DialException failure) {
    List<MonoSink<Connection>> served = List.copyOf(waiters);
    end();
    served.forEach(waiter -> waiter.error(failure));
  }

  private void end() {
    if (!ended) {
      ended = true;
      waiters.clear();
      onEnd.run();
    }
  }

  private String name() {
    return expected.map(PeerId::toString).orElse("whoever is there");
  }
}
