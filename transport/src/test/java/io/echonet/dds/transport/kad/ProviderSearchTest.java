package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProviderSearchTest {
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");

  private final Random random = new Random(3);
  private final ProviderSearch search = new ProviderSearch(20, peer -> false);

  @Test
  void anAnswerGetsHalfOfWhatIsStillWanted() {
    List<PeerInfo> first = providers(30);
    List<PeerInfo> second = providers(30);

    assertThat(search.onNamed(first)).isEqualTo(first.subList(0, 10));
    assertThat(search.onNamed(second)).isEqualTo(second.subList(0, 5));
    for (int taken : List.of(3, 1, 1, 0)) {
      assertThat(search.onNamed(providers(30))).hasSize(taken);
    }
  }

  @Test
  void whatWasHeldBackComesAtTheEndFromEachAnswerInTurn() {
    List<PeerInfo> liar = providers(13);
    List<PeerInfo> honest = providers(7);
    List<PeerInfo> another = providers(1);
    search.onNamed(liar);
    search.onNamed(honest);
    assertThat(search.onNamed(another)).isEqualTo(another);

    assertThat(search.rest())
        .containsExactly(liar.get(10), honest.get(5), liar.get(11), honest.get(6), liar.get(12));
    assertThat(search.rest()).isEmpty();
  }

  @Test
  void ofWhatIsHeldBackNoAnswerTakesAllRoomEither() {
    search.onNamed(providers(500));
    List<PeerInfo> honest = providers(8);
    search.onNamed(honest);

    assertThat(search.rest()).hasSize(13).containsAll(honest.subList(5, 8));
  }

  @Test
  void whoIsNamedAgainTakesNoShare() {
    List<PeerInfo> all = providers(20);
    assertThat(search.onNamed(all)).hasSize(10);
    assertThat(search.onNamed(all)).isEqualTo(all.subList(10, 15));
    assertThat(search.onNamed(all)).isEqualTo(all.subList(15, 18));
    assertThat(search.rest()).containsExactly(all.get(18), all.get(19));
  }

  @Test
  void whoIsNamedWithoutAddressIsPassedOnWhenOneIsKnown() {
    List<PeerInfo> all = providers(12);
    List<PeerInfo> bare = all.stream().map(it -> new PeerInfo(it.id(), List.of())).toList();
    List<PeerId> ids = all.stream().map(PeerInfo::id).toList();

    assertThat(search.onNamed(bare)).isEmpty();
    assertThat(search.withoutAddress()).containsExactlyInAnyOrderElementsOf(ids.subList(0, 10));
    assertThat(search.onNamed(all)).isEqualTo(all);
    assertThat(search.withoutAddress()).isEmpty();
    assertThat(search.rest()).isEmpty();
  }

  private List<PeerInfo> providers(int count) {
    return Stream.generate(() -> RandomPeers.contact(random).peer())
        .map(id -> new PeerInfo(id, List.of(ADDRESS)))
        .limit(count)
        .toList();
  }
}
