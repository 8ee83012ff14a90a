package io.echonet.dds.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.CryptoProvider;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol;
import io.echonet.dds.transport.testing.Ends;
import io.echonet.dds.transport.testing.SecurityContract;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NoiseProtocolTest implements SecurityContract {
  private final Ends ends =
      new Ends(new NoiseProtocol(Ends.DIALLER), new NoiseProtocol(Ends.LISTENER));

  @AfterEach
  void close() {
    ends.close();
  }

  @Override
  public SecurityProtocol diallers(Identity identity, List<String> muxers) {
    return new NoiseProtocol(identity);
  }

  @Override
  public SecurityProtocol listeners(Identity identity, List<String> muxers) {
    return new NoiseProtocol(identity);
  }

  @Override
  public byte[] oversized() {
    byte[] message = new byte[2 + 65_535];
    Arrays.fill(message, 0, 2, (byte) -1);
    return message;
  }

  @Test
  void itIsKnownByItsNameAndLeavesOneHandler() {
    ends.start(null).move();

    assertThat(ends.dialling.pipeline().toMap()).hasSize(1);
    assertThat(new NoiseProtocol(Ends.DIALLER).id()).isEqualTo("/noise");
  }

  @Test
  void theInitiatorsFirstCommonMuxerIsTaken() {
    ends.start(null, List.of("/x", "/b", "/a"), List.of("/a", "/b")).move();

    assertThat(Objects.requireNonNull(ends.diallerSaw).muxer()).contains("/b");
    assertThat(Objects.requireNonNull(ends.listenerSaw).muxer()).contains("/b");
  }

  @Test
  void muxersWithNothingInCommonEndTheConnection() {
    ends.start(null, List.of("/a"), List.of("/b")).move();

    assertThat(ends.diallerFailed)
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("no muxer in common");
    assertThat(ends.listenerFailed).isInstanceOf(ConnectionException.class);
    assertThat(ends.dialling.isOpen()).isFalse();
    assertThat(ends.listening.isOpen()).isFalse();
  }

  @Test
  void aSignatureOverAnotherKeyIsRefused() throws Exception {
    byte[] otherKey = X25519.generate(CryptoProvider.random()).publicKey();
    byte[] payload = NoisePayload.encode(Ends.DIALLER, otherKey, List.of());
    ends.start(null);
    NoiseHandshake liar =
        new NoiseHandshake(
            Role.INITIATOR,
            X25519.generate(CryptoProvider.random()),
            X25519.generate(CryptoProvider.random()),
            new byte[0]);

    Ends.arrive(ends.listening, framed(liar.write(new byte[0])));
    byte[] answer = Ends.sent(ends.listening);
    liar.read(Arrays.copyOfRange(answer, 2, answer.length));
    Ends.arrive(ends.listening, framed(liar.write(payload)));

    assertThat(ends.listenerFailed)
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("the signature is not that of");
    assertThat(ends.listening.isOpen()).isFalse();
  }

  @Test
  void aPayloadThatIsNoneIsRefused() throws Exception {
    for (byte[] payload : List.of(new byte[0], new byte[] {-1, -1}, new byte[] {10, 1, 8})) {
      try (Ends fresh =
          new Ends(new NoiseProtocol(Ends.DIALLER), new NoiseProtocol(Ends.LISTENER)).start(null)) {
        NoiseHandshake liar =
            new NoiseHandshake(
                Role.INITIATOR,
                X25519.generate(CryptoProvider.random()),
                X25519.generate(CryptoProvider.random()),
                new byte[0]);
        Ends.arrive(fresh.listening, framed(liar.write(new byte[0])));
        byte[] answer = Ends.sent(fresh.listening);
        liar.read(Arrays.copyOfRange(answer, 2, answer.length));
        Ends.arrive(fresh.listening, framed(liar.write(payload)));

        assertThat(fresh.listenerFailed)
            .isInstanceOf(ConnectionException.class)
            .hasMessageContaining("malformed payload");
      }
    }
  }

  @Test
  void aMessageTooLongIsRefusedByItsLength() {
    ends.start(null);

    Ends.arrive(ends.listening, (byte) 0x20, (byte) 0x01);

    assertThat(ends.listenerFailed).hasMessageContaining("a message of 8193 bytes exceeds 8192");
  }

  private static byte[] framed(byte[] message) {
    byte[] framed = new byte[2 + message.length];
    framed[0] = (byte) (message.length >>> 8);
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, 2, message.length);
    return framed;
  }
}
