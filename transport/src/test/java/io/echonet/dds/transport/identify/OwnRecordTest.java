package io.echonet.dds.transport.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerRecord;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnRecordTest {
  private static final List<Multiaddr> HERE = List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/4001"));
  private static final List<Multiaddr> THERE = List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/4002"));

  private final Identity identity = Identity.generate(new Random(1));
  private final AtomicLong time = new AtomicLong(1_000);
  private final OwnRecord own = new OwnRecord(identity, time::get);

  private static PeerRecord read(ByteString envelope) {
    return PeerRecord.open(envelope.toByteArray(), 32);
  }

  @Test
  void itNamesThePeerItsAddressesAndTheTime() {
    assertThat(read(own.of(HERE))).isEqualTo(new PeerRecord(identity.peerId(), 1_000, HERE));
  }

  @Test
  void itIsSignedAnewOnlyWhenAddressesChange() {
    ByteString first = own.of(HERE);
    time.set(5_000);

    assertThat(own.of(HERE)).isSameAs(first);
    assertThat(read(own.of(THERE)).sequence()).isEqualTo(5_000);
  }

  @Test
  void sequencesRiseThoughTheClockDoesNot() {
    own.of(HERE);
    time.set(10);

    assertThat(read(own.of(THERE)).sequence()).isEqualTo(1_001);
    assertThat(read(own.of(HERE)).sequence()).isEqualTo(1_002);
  }
}
