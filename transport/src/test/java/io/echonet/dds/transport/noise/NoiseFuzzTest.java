package io.echonet.dds.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.CryptoProvider;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.spi.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Whatever a peer sends, it gets a {@link ConnectionException} at worst, and every buffer is
 * released.
 */
class NoiseFuzzTest {
  private static final Identity IDENTITY = Identity.generate(new Random(1));

  @FuzzTest
  void framesMayBeAnything(byte[] bytes) {
    List<ByteBuf> plaintexts = new ArrayList<>();
    FrameOpener opener = new FrameOpener(new JdkAead(new byte[32]), plaintexts::add);
    ByteBuf first = buffer(bytes, 0, bytes.length / 2);
    ByteBuf second = buffer(bytes, bytes.length / 2, bytes.length);
    try {
      opener.feed(PooledByteBufAllocator.DEFAULT, first);
      opener.feed(PooledByteBufAllocator.DEFAULT, second);
    } catch (ConnectionException e) {
      assertThat(e).hasMessageStartingWith("noise frame");
    }
    opener.release();
    plaintexts.forEach(ByteBuf::release);
    assertThat(first.refCnt()).isZero();
    if (second.refCnt() > 0) {
      second.release();
    }
  }

  private static ByteBuf buffer(byte[] bytes, int from, int to) {
    return PooledByteBufAllocator.DEFAULT
        .directBuffer(Math.max(1, to - from))
        .writeBytes(bytes, from, to - from);
  }

  @FuzzTest
  void payloadsMayBeAnything(byte[] bytes) {
    try {
      NoisePayload.verify(bytes, new byte[32]);
    } catch (ConnectionException e) {
      assertThat(e).hasMessageStartingWith("noise handshake failed");
    }
  }

  @FuzzTest
  void handshakeMessagesMayBeAnything(byte[] bytes) {
    for (Role role : Role.values()) {
      NoiseUpgrade upgrade = upgrade(role);
      upgrade.next();
      try {
        upgrade.read(bytes);
        upgrade.next();
        upgrade.read(bytes);
        assertThat(upgrade.isComplete()).isFalse();
      } catch (ConnectionException e) {
        assertThat(e).hasMessageStartingWith("noise handshake failed");
      }
    }
  }

  private static NoiseUpgrade upgrade(Role role) {
    X25519.Pair pair = X25519.generate(CryptoProvider.random());
    return new NoiseUpgrade(
        role,
        new NoiseHandshake(role, pair, X25519.generate(CryptoProvider.random()), new byte[0]),
        NoisePayload.encode(IDENTITY, pair.publicKey(), List.of("/yamux/1.0.0")),
        null,
        List.of("/yamux/1.0.0"));
  }
}
