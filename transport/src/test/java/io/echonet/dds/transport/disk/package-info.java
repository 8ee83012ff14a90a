@NullMarked
package io.echonet.dds.transport.disk;

import org.jspecify.annotations.NullMarked;
