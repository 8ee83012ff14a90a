package io.echonet.dds.node.control;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Where in a data folder the node that runs on it listens for commands. */
final class ControlSocket {
  private ControlSocket() {}

  /**
   * The socket in {@code folder}. Its name has some 100 characters at most, so it is given as seen
   * from the present folder where that is shorter.
   */
  static Path in(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize().resolve("socket");
    Path here = Path.of("").toAbsolutePath().relativize(absolute);
    return here.toString().length() < absolute.toString().length() ? here : absolute;
  }

  static UnixDomainSocketAddress address(Path folder) {
    return UnixDomainSocketAddress.of(in(folder));
  }
}
