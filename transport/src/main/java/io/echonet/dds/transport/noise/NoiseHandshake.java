package io.echonet.dds.transport.noise;

import io.echonet.dds.transport.spi.Role;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of a {@code Noise_XX_25519_ChaChaPoly_SHA256} handshake as a pure state machine: messages
 * and their payloads, nothing about who the peer is (Noise specification, section 5.3).
 */
final class NoiseHandshake {
  private static final String PROTOCOL = "Noise_XX_25519_ChaChaPoly_SHA256";

  /** The pattern, whose odd messages the responder writes: {@code -> e, <- e ee s es, -> s se}. */
  private static final List<List<Token>> MESSAGES =
      List.of(
          List.of(Token.E),
          List.of(Token.E, Token.EE, Token.S, Token.ES),
          List.of(Token.S, Token.SE));

  private enum Token {
    E,
    S,
    EE,
    ES,
    SE
  }

  private final Role role;
  private final X25519.Pair staticKey;
  private final X25519.Pair ephemeral;
  private final SymmetricState symmetric = new SymmetricState(PROTOCOL);
  private int message;
  private byte @Nullable [] remoteStatic;
  private byte @Nullable [] remoteEphemeral;

  /**
   * @param ephemeral a key pair that serves this handshake alone
   */
  NoiseHandshake(Role role, X25519.Pair staticKey, X25519.Pair ephemeral, byte[] prologue) {
    this.role = role;
    this.staticKey = staticKey;
    this.ephemeral = ephemeral;
    symmetric.mixHash(prologue);
  }

  boolean isComplete() {
    return message == MESSAGES.size();
  }

  /** Whether it is this end that speaks next. */
  boolean isToWrite() {
    return !isComplete() && (message % 2 == 0) == role.isInitiator();
  }

  /** The next message of this end, carrying {@code payload}. */
  byte[] write(byte[] payload) throws GeneralSecurityException {
    check(isToWrite());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Token token : MESSAGES.get(message)) {
      switch (token) {
        case E -> {
          out.writeBytes(ephemeral.publicKey());
          symmetric.mixHash(ephemeral.publicKey());
        }
        case S -> out.writeBytes(symmetric.encryptAndHash(staticKey.publicKey()));
        default -> mix(token);
      }
    }
    out.writeBytes(symmetric.encryptAndHash(payload));
    message++;
    return out.toByteArray();
  }

  /**
   * The payload of the peer's next message.
   *
   * @throws GeneralSecurityException where it is cut short, does not authenticate, or holds a key
   *     that is none
   */
  byte[] read(byte[] bytes) throws GeneralSecurityException {
    check(!isComplete() && !isToWrite());
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (Token token : MESSAGES.get(message)) {
      switch (token) {
        case E -> {
          byte[] key = take(in, X25519.KEY_BYTES);
          remoteEphemeral = key;
          symmetric.mixHash(key);
        }
        case S ->
            remoteStatic = symmetric.decryptAndHash(take(in, X25519.KEY_BYTES + Aead.TAG_BYTES));
        default -> mix(token);
      }
    }
    byte[] payload = symmetric.decryptAndHash(take(in, in.remaining()));
    message++;
    return payload;
  }

  private void mix(Token token) throws GeneralSecurityException {
    boolean ourStatic = token != Token.EE && (token == Token.SE) == role.isInitiator();
    boolean theirStatic = token != Token.EE && !ourStatic;
    byte[] theirs = theirStatic ? remoteStatic : remoteEphemeral;
    if (theirs == null) {
      throw new IllegalStateException(token + " before its key");
    }
    symmetric.mixKey((ourStatic ? staticKey : ephemeral).agree(theirs));
  }

  private static byte[] take(ByteBuffer in, int count) throws GeneralSecurityException {
    if (in.remaining() < count) {
      throw new GeneralSecurityException("message is cut short");
    }
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  /** The peer's static key, once it has been read. */
  byte[] remoteStatic() {
    byte[] key = remoteStatic;
    if (key == null) {
      throw new IllegalStateException("the peer has not shown its key yet");
    }
    return key.clone();
  }

  /** The hash of the whole handshake. */
  byte[] hash() {
    return symmetric.hash().clone();
  }

  /** The key that this end sends with. */
  byte[] sendKey() {
    check(isComplete());
    return symmetric.split()[role.isInitiator() ? 0 : 1];
  }

  /** The key that the peer sends with. */
  byte[] receiveKey() {
    check(isComplete());
    return symmetric.split()[role.isInitiator() ? 1 : 0];
  }

  private static void check(boolean possible) {
    if (!possible) {
      throw new IllegalStateException("not at this point of the handshake");
    }
  }
}
