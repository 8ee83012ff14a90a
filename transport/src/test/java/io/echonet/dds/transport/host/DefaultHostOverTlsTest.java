package io.echonet.dds.transport.host;

import java.util.List;

/** The contracts over real sockets that TLS secures. */
class DefaultHostOverTlsTest extends DefaultHostTest {
  @Override
  HostConfig config() {
    return super.config().withSecurity(List.of(Security.TLS));
  }
}
