package io.echonet.dds.transport.host;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.echonet.dds.transport.testing.FakeClock;
import java.util.Arrays;

/**
 * Whatever an entry of a file of peers says, it is read within the store's bounds, or passed over.
 */
class PeerLogFuzzTest {
  @FuzzTest
  void anEntryMaySayAnything(byte[] body) {
    PeerLogFormat.decode(body).ifPresent(PeerLogFuzzTest::check);
  }

  private static void check(PeerLogFormat.Entry entry) {
    byte[] written = PeerLogFormat.encode(entry);
    PeerLogFormat.Entry again = PeerLogFormat.decode(written).orElseThrow();
    if (!again.peer().equals(entry.peer())
        || !Arrays.equals(PeerLogFormat.encode(again), written)) {
      throw new AssertionError(entry + " changed by being written");
    }
    PeerState state = entry.state();
    if (state != null) {
      PeerStoreConfig config = PeerStoreConfig.defaults();
      InMemoryPeerStore store = InMemoryPeerStore.create(config, new FakeClock());
      store.restore(entry.peer(), state);
      double score = store.score(entry.peer());
      if (!(score >= 0 && score <= 1)
          || store.addresses(entry.peer()).size() > config.maxAddressesPerPeer()
          || store.bytes() > config.maxBytesPerPeer() + 1024) {
        throw new AssertionError(entry + " is beyond the bounds");
      }
    }
  }
}
