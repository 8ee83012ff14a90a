package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueSearchTest {
  private static final ValueConfig CONFIG =
      ValueConfig.DEFAULTS.withValidator(NewestWins.NAMESPACE, new NewestWins());

  private final ByteString key = ByteString.copyFromUtf8("/seq/x");
  private final List<Contact> peers =
      RandomPeers.nearest(
          RandomPeers.contacts(6, new Random(4)), KadKey.hash(key.toByteArray()), 6);
  private final ValueSearch search = new ValueSearch(key, new Validation(CONFIG), 3);

  @Test
  void theBestValueWinsAndWhoHadAnotherIsCorrected() {
    search.onAnswer(peers.get(0), value(1));
    search.onAnswer(peers.get(1), value(3));
    assertThat(search.isEnough()).isFalse();
    search.onAnswer(peers.get(2), value(2));

    assertThat(search.isEnough()).isTrue();
    assertThat(search.best()).contains(ByteString.copyFrom(new byte[] {3}));
    assertThat(search.toCorrect(20)).containsExactly(peers.get(0), peers.get(2));
  }

  @Test
  void whoHadNoneIsToldOnceItIsSureToBeAmongTheNearest() {
    search.onAnswer(peers.get(0), Optional.empty());
    search.onAnswer(peers.get(1), value(1));
    assertThat(search.toCorrect(20)).isEmpty();

    search.onEnd();
    assertThat(search.toCorrect(20)).containsExactly(peers.get(0));
  }

  @Test
  void onlyTheNearestAreCorrected() {
    search.onAnswer(peers.get(5), value(1));
    search.onAnswer(peers.get(4), Optional.empty());
    search.onAnswer(peers.get(2), value(2));
    search.onAnswer(peers.get(0), value(2));
    search.onEnd();

    assertThat(search.toCorrect(2)).isEmpty();
    assertThat(search.toCorrect(3)).containsExactly(peers.get(4));
  }

  @Test
  void valuesThatAreInvalidOrOfAnotherKeyCountForNothing() {
    ByteString other = ByteString.copyFromUtf8("/seq/y");
    search.onAnswer(peers.get(0), Optional.of(new ValueRecord(key, ByteString.EMPTY, "")));
    search.onAnswer(peers.get(1), Optional.of(ValueRecord.received(other, other, Instant.EPOCH)));

    assertThat(search.best()).isEmpty();
    assertThat(search.toCorrect(20)).isEmpty();
  }

  private Optional<ValueRecord> value(int sequence) {
    ByteString value = ByteString.copyFrom(new byte[] {(byte) sequence});
    return Optional.of(ValueRecord.received(key, value, Instant.EPOCH));
  }
}
