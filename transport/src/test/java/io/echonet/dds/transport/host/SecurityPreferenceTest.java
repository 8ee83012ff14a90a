package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.KeyType;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.testing.HostContract;
import io.echonet.dds.transport.tls.TlsProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class SecurityPreferenceTest {
  private final List<Host> hosts = new ArrayList<>();

  private Host newHost(Identity identity, Security... security) {
    HostConfig config = HostConfig.defaults().withEventLoops(1).withSecurity(List.of(security));
    Host host = HostContract.await(Hosts.create(identity, config));
    hosts.add(host);
    host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).block(TIMEOUT);
    return host;
  }

  @AfterEach
  void close() {
    Flux.fromIterable(hosts).flatMap(Host::close, 16, 1).blockLast(TIMEOUT);
  }

  @Test
  void whatBothHaveIsUsed() {
    Host both = newHost(Identity.generate(), Security.NOISE, Security.TLS);
    Host onlyTls = newHost(Identity.generate(), Security.TLS);

    assertThat(HostContract.connect(both, onlyTls).remotePeer()).isEqualTo(onlyTls.id());
    assertThat(HostContract.connect(onlyTls, both).remotePeer()).isEqualTo(both.id());
  }

  @Test
  void withNothingInCommonThereIsNoConnection() {
    Host onlyNoise = newHost(Identity.generate(), Security.NOISE);
    Host onlyTls = newHost(Identity.generate(), Security.TLS);

    StepVerifier.create(onlyNoise.connect(HostContract.addressOf(onlyTls)))
        .expectError(DialException.class)
        .verify(TIMEOUT);
  }

  @ParameterizedTest
  @CsvSource({
    "NOISE, RSA",
    "NOISE, SECP256K1",
    "NOISE, ECDSA",
    "TLS, RSA",
    "TLS, SECP256K1",
    "TLS, ECDSA"
  })
  void hostsMayHaveKeysOfEveryKind(Security security, KeyType type) {
    Host dialling = newHost(Identity.generate(type), security);
    Host dialled = newHost(Identity.generate(type), security);

    assertThat(HostContract.connect(dialling, dialled).remotePeer()).isEqualTo(dialled.id());
  }

  @ParameterizedTest
  @CsvSource({"NOISE, noise", "TLS, tls"})
  void anotherPeerThanTheOneDialledIsTheSameFailureEverywhere(Security security, String name) {
    Host dialling = newHost(Identity.generate(), security);
    Host dialled = newHost(Identity.generate(), security);
    PeerId expected = Identity.generate(new Random(1)).peerId();

    StepVerifier.create(dialling.connect(dialled.listenAddresses().get(0).withPeerId(expected)))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(DialException.class)
                    .hasStackTraceContaining(
                        name
                            + " handshake failed: the peer is "
                            + dialled.id()
                            + ", not "
                            + expected))
        .verify(TIMEOUT);
    assertThat(dialling.connections()).isEmpty();
  }

  @Test
  void aHostNeedsSecurityAndEachKindOnce() {
    for (List<Security> wrong : List.of(List.<Security>of(), List.of(Security.TLS, Security.TLS))) {
      assertThatThrownBy(() -> HostConfig.defaults().withSecurity(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(HostConfig.defaults().security()).containsExactly(Security.NOISE, Security.TLS);
  }

  @Test
  void tlsComesFirstWhereItIsNative() {
    assertThat(Security.fastestFirst())
        .containsExactlyInAnyOrder(Security.values())
        .first()
        .isEqualTo(TlsProtocol.isNative() ? Security.TLS : Security.NOISE);
  }

  @Test
  void theDiallersPreferenceCounts() {
    Host dialled = newHost(Identity.generate(), Security.NOISE, Security.TLS);
    for (Security first : Security.values()) {
      Security second = first == Security.NOISE ? Security.TLS : Security.NOISE;
      Host dialling = newHost(Identity.generate(), first, second);
      PeerId wrong = Identity.generate(new Random(1)).peerId();

      // No connection says how it is secured; a failure does.
      StepVerifier.create(dialling.connect(dialled.listenAddresses().get(0).withPeerId(wrong)))
          .expectErrorSatisfies(
              failure ->
                  assertThat(failure)
                      .hasStackTraceContaining(
                          first.name().toLowerCase(Locale.ROOT) + " handshake failed"))
          .verify(TIMEOUT);
    }
  }
}
