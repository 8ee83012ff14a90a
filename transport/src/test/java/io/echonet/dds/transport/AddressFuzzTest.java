package io.echonet.dds.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.echonet.dds.multiformats.MalformedEncodingException;
import java.nio.charset.StandardCharsets;

/** Addresses, peer ids and keys of others: malformed, or read and written alike. */
class AddressFuzzTest {
  @FuzzTest
  void multiaddrBytesMayBeAnything(byte[] bytes) {
    try {
      Multiaddr address = Multiaddr.decode(bytes);

      assertThat(Multiaddr.decode(address.bytes())).isEqualTo(address);
      assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
      address.peerId().ifPresent(peer -> assertThat(address.withPeerId(peer)).isEqualTo(address));
    } catch (MalformedEncodingException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @FuzzTest
  void multiaddrTextMayBeAnything(byte[] bytes) {
    try {
      Multiaddr address = Multiaddr.parse(new String(bytes, StandardCharsets.UTF_8));

      assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
      assertThat(Multiaddr.decode(address.bytes())).isEqualTo(address);
    } catch (MalformedEncodingException e) {
      assertThat(e).hasMessageContaining("multiaddr");
    }
  }

  @FuzzTest
  void peerIdsMayBeAnything(byte[] bytes) {
    try {
      PeerId peer = PeerId.decode(bytes);
      assertThat(PeerId.parse(peer.toString())).isEqualTo(peer);
      assertThat(peer.bytes()).isEqualTo(bytes);
      peer.inlinedKey().ifPresent(key -> assertThat(PeerId.of(key)).isEqualTo(peer));
    } catch (MalformedEncodingException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
    try {
      PeerId peer = PeerId.parse(new String(bytes, StandardCharsets.UTF_8));
      assertThat(PeerId.parse(peer.toString())).isEqualTo(peer);
    } catch (MalformedEncodingException e) {
      assertThat(e).hasMessageContaining("peer id");
    }
  }

  @FuzzTest
  void keysMayBeAnything(byte[] bytes) {
    try {
      PublicKey key = PublicKey.decode(bytes);
      assertThat(PublicKey.decode(key.encode())).isEqualTo(key);
      assertThat(key.verify(bytes, bytes)).isFalse();
    } catch (MalformedEncodingException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
