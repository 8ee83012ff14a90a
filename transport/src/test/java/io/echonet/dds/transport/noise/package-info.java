@NullMarked
package io.echonet.dds.transport.noise;

import org.jspecify.annotations.NullMarked;
