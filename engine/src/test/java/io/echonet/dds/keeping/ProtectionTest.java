package io.echonet.dds.keeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class ProtectionTest {
  private static final Cid CID = Cid.hash(ByteBuffer.wrap(new byte[] {1}));

  private final Protection protection = new Protection();

  @Test
  void whatNobodyProtectsMayGo() {
    protection.begin();

    assertThat(protection.claim(CID)).isTrue();
  }

  @Test
  void whatIsHeldMayNotGoWhateverCameFirst() {
    Hold before = protection.hold();
    before.protect(CID).block();
    protection.begin();
    assertThat(protection.claim(CID)).isFalse();

    Hold meanwhile = protection.hold();
    Cid other = Cid.hash(ByteBuffer.wrap(new byte[] {2}));
    meanwhile.protect(other).block();
    assertThat(protection.claim(other)).isFalse();
  }

  @Test
  void whatIsReleasedStaysSafeUntilTheCollectionEndsThatMayNotKnowItsRoot() {
    Hold hold = protection.hold();
    hold.protect(CID).block();
    protection.begin();

    hold.release();
    assertThat(protection.claim(CID)).isFalse();

    protection.end();
    protection.begin();
    assertThat(protection.claim(CID)).isTrue();
  }

  @Test
  void whoeverProtectsWhatIsJustGoingWaitsUntilItHasGone() {
    protection.begin();
    protection.claim(CID);
    Hold hold = protection.hold();

    StepVerifier.create(hold.protect(CID))
        .expectSubscription()
        .then(() -> assertThat(protection.isProtected(CID)).isTrue())
        .then(() -> protection.gone(CID))
        .verifyComplete();
    assertThat(protection.claim(CID)).isFalse();
  }

  @Test
  void whoeverComesAfterTheCollectionWasGivenUpWaitsAllTheSame() {
    protection.begin();
    protection.claim(CID);
    protection.end();

    StepVerifier.create(protection.hold().protect(CID))
        .expectSubscription()
        .then(() -> protection.gone(CID))
        .verifyComplete();
  }

  @Test
  void oneCollectionIsUnderWayAtATime() {
    protection.begin();

    assertThatThrownBy(protection::begin).isInstanceOf(DdsException.class);
    protection.end();
    protection.begin();
  }
}
