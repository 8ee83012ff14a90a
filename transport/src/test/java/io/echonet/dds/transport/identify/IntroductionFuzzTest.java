package io.echonet.dds.transport.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.StreamException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What a peer says of itself is taken within the limits, whatever it is, or refused. */
class IntroductionFuzzTest {
  private static final PeerId PEER = Identity.generate(new Random(1)).peerId();
  private static final int MAX_ADDRESSES = 3;
  private static final int MAX_BYTES = 4_096;

  @FuzzTest
  void oneMessageMayBeAnything(byte[] bytes) {
    check(List.of(bytes));
  }

  @FuzzTest
  void partsMayBeAnything(byte[] bytes) {
    int cut = bytes.length / 2;
    check(List.of(Arrays.copyOfRange(bytes, 0, cut), Arrays.copyOfRange(bytes, cut, bytes.length)));
  }

  private static void check(List<byte[]> parts) {
    Introduction introduction;
    try {
      introduction = Introduction.decode(PEER, parts, MAX_ADDRESSES);
    } catch (StreamException e) {
      return;
    }
    assertThat(introduction.addresses()).hasSizeLessThanOrEqualTo(MAX_ADDRESSES);
    assertThat(introduction.addresses()).allMatch(address -> address.peerId().isEmpty());
    assertThat(introduction.publicKey().stream()).allMatch(PEER::matches);
    assertThat(introduction.record().stream())
        .allMatch(signed -> signed.record().peer().equals(PEER));
    byte[] again = introduction.encode(MAX_BYTES, ByteString.EMPTY);
    Introduction repeated = Introduction.decode(PEER, List.of(again), MAX_ADDRESSES);
    assertThat(repeated.protocols()).isEqualTo(introduction.protocols());
    assertThat(repeated.publicKey()).isEqualTo(introduction.publicKey());
    assertThat(repeated.agentVersion()).isEqualTo(introduction.agentVersion());
  }
}
