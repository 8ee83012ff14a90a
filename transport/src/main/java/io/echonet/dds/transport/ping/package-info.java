/** Whether a peer still answers, and how fast (ping specification). */
@NullMarked
package io.echonet.dds.transport.ping;

import org.jspecify.annotations.NullMarked;
