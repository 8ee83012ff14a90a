package io.echonet.dds.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.CryptoProvider;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AeadTest {
  private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;
  private static final HexFormat HEX = HexFormat.of();

  /** RFC 8439, appendix A.5. */
  private static final byte[] RFC_KEY =
      HEX.parseHex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");

  private static final long RFC_NONCE = 0x0807060504030201L;
  private static final byte[] RFC_DATA = HEX.parseHex("f33388860000000000004e91");
  private static final byte[] RFC_SEALED =
      HEX.parseHex(
          "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e"
              + "382d26b0bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d"
              + "33bd60f982b1ff37c8559797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4"
              + "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b00"
              + "47718cbc546a0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd63159434ecebb4e46"
              + "6dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f"
              + "2c29a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38");

  private static Stream<Provider> providers() {
    return Stream.of(null, Objects.requireNonNull(CryptoProvider.conscrypt()));
  }

  private static Stream<Function<byte[], Aead>> ciphers() {
    Provider conscrypt = Objects.requireNonNull(CryptoProvider.conscrypt());
    return Stream.of(JdkAead::new, key -> new ConscryptAead(key, conscrypt));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void theRfcsMessageOpens(@org.jspecify.annotations.Nullable Provider provider) throws Exception {
    Cipher cipher = new AeadCipher(RFC_KEY, provider).with(Cipher.DECRYPT_MODE, RFC_NONCE);
    cipher.updateAAD(RFC_DATA);

    String plaintext =
        new String(cipher.doFinal(RFC_SEALED), java.nio.charset.StandardCharsets.UTF_8);

    assertThat(plaintext)
        .startsWith("Internet-Drafts are draft documents valid for a maximum of six months");
  }

  @Test
  void allCiphersWriteTheSameAndOpenOneAnothersFrames() throws Exception {
    Random random = new Random(7);
    byte[] key = new byte[Aead.KEY_BYTES];
    random.nextBytes(key);
    for (int length :
        new int[] {0, 1, 15, 16, 17, 63, 64, 65, 4095, 4097, 16_384, 65_518, 65_519}) {
      byte[] plaintext = new byte[length];
      random.nextBytes(plaintext);
      long nonce = random.nextLong();
      byte[] expected = null;
      for (Function<byte[], Aead> sealer : ciphers().toList()) {
        byte[] sealed = sealed(sealer.apply(key), nonce, plaintext);
        assertThat(sealed)
            .hasSize(length + Aead.TAG_BYTES)
            .isEqualTo(expected == null ? sealed : expected);
        expected = sealed;
        for (Function<byte[], Aead> opener : ciphers().toList()) {
          assertThat(opened(opener.apply(key), nonce, sealed, true)).isEqualTo(plaintext);
          assertThat(opened(opener.apply(key), nonce, sealed, false)).isEqualTo(plaintext);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void aChangedBitAWrongNonceAndAWrongKeyDoNotOpen(Function<byte[], Aead> cipher) throws Exception {
    for (int length : new int[] {10, 10_000}) {
      byte[] sealed = sealed(cipher.apply(new byte[32]), 1, new byte[length]);
      for (int at : new int[] {0, length / 2, length, length + 15}) {
        byte[] changed = sealed.clone();
        changed[at] ^= 4;
        assertThat(opened(cipher.apply(new byte[32]), 1, changed, true)).isNull();
      }
      byte[] otherKey = new byte[32];
      otherKey[31] = 1;
      assertThat(opened(cipher.apply(new byte[32]), 2, sealed, true)).isNull();
      assertThat(opened(cipher.apply(otherKey), 1, sealed, false)).isNull();
      assertThat(opened(cipher.apply(new byte[32]), 1, sealed, false)).hasSize(length);
    }
  }

  @Test
  void largePlaintextsAreOpenedWhereTheyAre() throws Exception {
    Provider conscrypt = Objects.requireNonNull(CryptoProvider.conscrypt());
    ConscryptAead aead = new ConscryptAead(new byte[32], conscrypt);
    ByteBuf frame = ALLOCATOR.directBuffer().writeBytes(sealed(aead, 1, new byte[20_000]));
    ByteBuf plaintext =
        Objects.requireNonNull(aead.open(ALLOCATOR, 1, frame, 0, frame.readableBytes()));

    assertThat(plaintext.memoryAddress()).isEqualTo(frame.memoryAddress());
    plaintext.release();
    frame.release();
  }

  private static byte[] sealed(Aead aead, long nonce, byte[] plaintext)
      throws GeneralSecurityException {
    int before = 3;
    ByteBuf buffer = aead.buffer(ALLOCATOR, before + plaintext.length + Aead.TAG_BYTES);
    buffer.writeZero(before).writeBytes(plaintext);
    aead.seal(nonce, buffer, before, plaintext.length);
    byte[] sealed = new byte[plaintext.length + Aead.TAG_BYTES];
    buffer.getBytes(before, sealed);
    buffer.release();
    return sealed;
  }

  @org.jspecify.annotations.NullUnmarked
  private static byte[] opened(Aead aead, long nonce, byte[] sealed, boolean direct)
      throws GeneralSecurityException {
    ByteBuf source = direct ? ALLOCATOR.directBuffer() : ALLOCATOR.heapBuffer();
    source.writeZero(5).writeBytes(sealed).writeZero(5);
    ByteBuf plaintext = aead.open(ALLOCATOR, nonce, source, 5, sealed.length);
    source.release();
    if (plaintext == null) {
      return null;
    }
    byte[] bytes = ByteBufUtil.getBytes(plaintext);
    plaintext.release();
    return Arrays.copyOf(bytes, bytes.length);
  }
}
