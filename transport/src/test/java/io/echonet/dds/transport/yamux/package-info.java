@NullMarked
package io.echonet.dds.transport.yamux;

import org.jspecify.annotations.NullMarked;
