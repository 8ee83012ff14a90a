@NullMarked
package io.echonet.dds.transport.kad;

import org.jspecify.annotations.NullMarked;
