@NullMarked
package io.echonet.dds.transport.tls;

import org.jspecify.annotations.NullMarked;
