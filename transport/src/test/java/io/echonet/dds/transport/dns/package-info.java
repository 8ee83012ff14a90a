@NullMarked
package io.echonet.dds.transport.dns;

import org.jspecify.annotations.NullMarked;
