package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.PeerId;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KadKeyTest {
  private final Random random = new Random(1);

  @Test
  void aKeyIsTheSha256OfWhatNamesIt() {
    // FIPS 180-2, appendix B.1.
    assertThat(KadKey.hash("abc".getBytes(StandardCharsets.US_ASCII)))
        .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void aPeersKeyIsTheHashOfItsIdAndNotTheDigestWithinIt() {
    PeerId peer = PeerId.decode(RandomPeers.multihash(random).bytes());

    assertThat(KadKey.of(peer)).isEqualTo(KadKey.hash(peer.bytes()));
    assertThat(KadKey.of(peer)).isNotEqualTo(KadKey.of(peer.multihash().digest()));
  }

  @Test
  void distancesAreThoseOfXorOnBigIntegers() {
    for (int i = 0; i < 1000; i++) {
      KadKey target = RandomPeers.key(random);
      KadKey a = random.nextBoolean() ? RandomPeers.key(random) : target.flip(random.nextInt(256));
      KadKey b = random.nextBoolean() ? RandomPeers.key(random) : target.flip(random.nextInt(256));

      BigInteger toA = number(target).xor(number(a));
      BigInteger toB = number(target).xor(number(b));
      assertThat(number(target.distance(a))).isEqualTo(toA);
      assertThat(Integer.signum(target.compareDistances(a, b))).isEqualTo(toA.compareTo(toB));
      assertThat(Integer.signum(a.compareTo(b))).isEqualTo(number(a).compareTo(number(b)));
      assertThat(target.commonPrefix(a)).isEqualTo(256 - toA.bitLength());
    }
  }

  @Test
  void flippingABitSharesThePrefixBeforeIt() {
    KadKey key = RandomPeers.key(random);
    for (int i = 0; i < KadKey.BITS; i++) {
      assertThat(key.flip(i).commonPrefix(key)).isEqualTo(i);
      assertThat(key.flip(i).flip(i)).isEqualTo(key);
    }
    assertThat(key.commonPrefix(key)).isEqualTo(KadKey.BITS);
  }

  @Test
  void aPrefixIsTheRunOfPointsFromItsStartToItsLast() {
    KadKey key = RandomPeers.key(random);
    for (int bits = 0; bits <= KadKey.BITS; bits++) {
      Prefix prefix = Prefix.of(key, bits);
      BigInteger size = BigInteger.ONE.shiftLeft(KadKey.BITS - bits);
      assertThat(number(prefix.last()).subtract(number(prefix.start())))
          .isEqualTo(size.subtract(BigInteger.ONE));
      assertThat(prefix.contains(key)).isTrue();
      assertThat(prefix.contains(prefix.last())).isTrue();
      if (bits > 0) {
        assertThat(prefix.sibling().contains(key)).isFalse();
        assertThat(prefix.parent().contains(prefix)).isTrue();
        assertThat(prefix.parent().contains(prefix.sibling())).isTrue();
        assertThat(prefix.contains(prefix.parent())).isFalse();
      }
      if (bits < KadKey.BITS) {
        assertThat(prefix.left().start()).isEqualTo(prefix.start());
        assertThat(prefix.right().last()).isEqualTo(prefix.last());
        assertThat(prefix.left().sibling()).isEqualTo(prefix.right());
      }
    }
  }

  @Test
  void aNameIsFoundForEveryShallowRegionAndForNoDeepOne() {
    for (int bits = 0; bits <= 12; bits++) {
      Prefix region = Prefix.of(RandomPeers.key(random), bits);
      assertThat(KeySearch.within(region, random))
          .hasValueSatisfying(found -> assertThat(region.contains(KadKey.of(found))).isTrue());
    }
    Prefix deep = Prefix.of(RandomPeers.key(random), KeySearch.MAX_BITS + 1);
    assertThat(KeySearch.within(deep, random)).isEmpty();
  }

  private static BigInteger number(KadKey key) {
    return new BigInteger(1, HexFormat.of().parseHex(key.toString()));
  }
}
