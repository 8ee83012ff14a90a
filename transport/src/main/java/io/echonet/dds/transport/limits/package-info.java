/** How limits are checked and counted, in one way for all parts of a host. */
@NullMarked
package io.echonet.dds.transport.limits;

import org.jspecify.annotations.NullMarked;
