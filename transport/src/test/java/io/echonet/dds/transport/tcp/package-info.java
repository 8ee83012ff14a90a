@NullMarked
package io.echonet.dds.transport.tcp;

import org.jspecify.annotations.NullMarked;
