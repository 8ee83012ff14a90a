/** TCP as a transport: Reactor Netty's sockets, handed over as plain Netty channels. */
@NullMarked
package io.echonet.dds.transport.tcp;

import org.jspecify.annotations.NullMarked;
