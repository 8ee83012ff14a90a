package io.echonet.dds.transport.kad;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.RecordException;
import io.echonet.dds.transport.kad.KadNetwork.Node;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Values that one node puts and others get. */
class ValueRoutingTest {
  private static final KadConfig CONFIG =
      KadConfig.defaults()
          .withValues(ValueConfig.DEFAULTS.withValidator(NewestWins.NAMESPACE, new NewestWins()));
  private static final byte[] KEY = "/seq/x".getBytes(UTF_8);

  private final KadNetwork network = new KadNetwork(77);

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void aPublicKeyThatOnePutsAnybodyGets() {
    List<Node> nodes = network.join(30, CONFIG);
    Identity somebody = Identity.generate(network.random());
    byte[] key = PublicKeyValidator.key(somebody.peerId()).toByteArray();
    byte[] value = somebody.publicKey().encode();

    network.run(nodes.get(3).dht().putValue(key, value));
    Node client = network.add(CONFIG, KadMode.CLIENT);
    network.get(client.dht().bootstrap(List.of(nodes.get(8).address())));

    assertThat(nodes.stream().filter(node -> node.dht().valueRecords() == 1).count())
        .as("the 20 nearest and the one that put it")
        .isBetween(20L, 21L);
    for (Node node : nodes) {
      assertThat(network.get(node.dht().getValue(key))).isEqualTo(value);
    }
    assertThat(network.get(client.dht().getValue(key))).isEqualTo(value);
  }

  @Test
  void aUniqueValueThatIsKeptHereNeedsNoWalk() {
    List<Node> nodes = network.join(3, CONFIG);
    Identity somebody = Identity.generate(network.random());
    byte[] key = PublicKeyValidator.key(somebody.peerId()).toByteArray();
    network.run(nodes.get(0).dht().putValue(key, somebody.publicKey().encode()));

    long walks = nodes.get(0).dht().walksBegun();
    assertThat(network.get(nodes.get(0).dht().getValue(key))).isNotEmpty();
    assertThat(nodes.get(0).dht().walksBegun()).isEqualTo(walks);
  }

  @Test
  void whatNobodyHasIsEmptyAndWhatOnePutsAloneOneGetsAlone() {
    Node alone = network.add(CONFIG, KadMode.SERVER);

    assertThat(network.run(alone.dht().getValue(KEY))).isNull();
    network.run(alone.dht().putValue(KEY, new byte[] {1}));
    assertThat(network.get(alone.dht().getValue(KEY))).containsExactly(1);
  }

  @Test
  void theBestValueIsFoundAndThoseWithAnOlderOneOrNoneAreCorrected() {
    List<Node> nodes = network.join(6, CONFIG);
    for (Node node : nodes.subList(0, 3)) {
      put(node, 1);
    }
    put(nodes.get(3), 2);

    assertThat(network.get(nodes.get(5).dht().getValue(KEY))).containsExactly(2);
    network.pass(Duration.ofSeconds(5));

    for (Node node : nodes.subList(0, 5)) {
      assertThat(held(node)).isEqualTo(2);
    }
  }

  @Test
  void whoAsksAndHoldsAnOlderValueItselfIsCorrectedToo() {
    List<Node> nodes = network.join(4, CONFIG);
    put(nodes.get(0), 1);
    put(nodes.get(2), 7);

    assertThat(network.get(nodes.get(0).dht().getValue(KEY))).containsExactly(7);
    assertThat(held(nodes.get(0))).isEqualTo(7);
  }

  @Test
  void anOlderValueIsRefusedHereAndByThoseThatHaveABetterOne() {
    List<Node> nodes = network.join(4, CONFIG);
    network.run(nodes.get(0).dht().putValue(KEY, new byte[] {2}));
    Node late = network.add(CONFIG, KadMode.CLIENT);
    network.get(late.dht().bootstrap(List.of(nodes.get(0).address())));

    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> network.run(nodes.get(1).dht().putValue(KEY, new byte[] {1})))
        .withMessageContaining("better");
    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> network.run(late.dht().putValue(KEY, new byte[] {1})))
        .withMessageContaining("none of 4");
    assertThat(late.dht().knownPeers()).as("a refusal is no failure").isEqualTo(4);
    network.run(nodes.get(1).dht().putValue(KEY, new byte[] {3}));
    assertThat(held(nodes.get(3))).isEqualTo(3);
  }

  @Test
  void aSearchWithAQuorumOfOneTakesTheFirstItFinds() {
    List<Node> nodes = network.join(4, CONFIG.withValues(CONFIG.values().withQuorum(1)));
    put(nodes.get(0), 1);
    put(nodes.get(1), 2);

    assertThat(network.get(nodes.get(0).dht().getValue(KEY))).containsExactly(1);
  }

  @Test
  void whatIsNotValidIsRefusedAtOnce() {
    KademliaDht dht = network.add(CONFIG, KadMode.SERVER).dht();

    assertThatIllegalArgumentException().isThrownBy(() -> dht.putValue(KEY, new byte[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> dht.putValue(KEY, new byte[11_000]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dht.putValue("/other/x".getBytes(UTF_8), new byte[1]));
    assertThatIllegalArgumentException().isThrownBy(() -> dht.getValue("/seq".getBytes(UTF_8)));
    assertThatIllegalArgumentException().isThrownBy(() -> dht.getValue(new byte[0]));
  }

  @Test
  void valuesExpire() {
    List<Node> nodes = network.join(3, CONFIG);
    network.run(nodes.get(0).dht().putValue(KEY, new byte[] {1}));
    assertThat(nodes.get(1).dht().valueRecords()).isEqualTo(1);

    network.pass(Duration.ofHours(49));

    assertThat(nodes.get(1).dht().valueRecords()).isZero();
    assertThat(network.run(nodes.get(1).dht().getValue(KEY))).isNull();
  }

  /** Has {@code node} keep the value, and nobody else. */
  private void put(Node node, int sequence) {
    ValueRecord record =
        new ValueRecord(
            ByteString.copyFrom(KEY), ByteString.copyFrom(new byte[] {(byte) sequence}), "");
    KadStream stream = stranger(node);
    stream.send(new KadRequest.PutValue(record));
    assertThat(stream.onlyResponse().record()).isPresent();
  }

  private int held(Node node) {
    KadStream stream = stranger(node);
    stream.send(new KadRequest.GetValue(ByteString.copyFrom(KEY)));
    return stream.onlyResponse().record().map(record -> (int) record.value().byteAt(0)).orElse(0);
  }

  private KadStream stranger(Node node) {
    Host host = network.newHost();
    InMemoryNetwork.introduce(host, node.host());
    return KadStream.open(network, host, node.id());
  }
}
