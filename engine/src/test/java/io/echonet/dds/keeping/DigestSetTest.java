package io.echonet.dds.keeping;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Cid;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DigestSetTest {
  private final Random random = new Random(1);

  private Cid randomCid() {
    byte[] digest = new byte[Cid.DIGEST_BYTES];
    random.nextBytes(digest);
    return Cid.of(digest);
  }

  @Test
  void containsWhatWasAddedAndNothingElse() {
    List<Cid> cids = Stream.generate(this::randomCid).limit(10_000).toList();
    DigestSet set = new DigestSet();

    assertThat(cids).allMatch(set::add);

    assertThat(cids).noneMatch(set::add).allMatch(set::contains);
    assertThat(set.size()).isEqualTo(cids.size());
    assertThat(Stream.generate(this::randomCid).limit(10_000)).noneMatch(set::contains);
  }

  @Test
  void aDigestThatBeginsWithZerosIsOneAsWell() {
    Cid zeros = Cid.of(new byte[Cid.DIGEST_BYTES]);
    DigestSet set = new DigestSet();
    assertThat(set.contains(zeros)).isFalse();

    assertThat(set.add(zeros)).isTrue();
    assertThat(set.add(zeros)).isFalse();

    DigestSet more = new DigestSet();
    more.addAll(set);
    assertThat(more.contains(zeros)).isTrue();
    assertThat(more.size()).isEqualTo(1);
  }

  @Test
  void takesOverWhatAnotherContains() {
    List<Cid> cids = Stream.generate(this::randomCid).limit(100).toList();
    DigestSet some = new DigestSet();
    cids.forEach(some::add);
    DigestSet all = new DigestSet();
    all.add(cids.get(0));

    all.addAll(some);

    assertThat(cids).allMatch(all::contains);
    assertThat(all.size()).isEqualTo(100);
  }
}
