@NullMarked
package io.echonet.dds.transport.multistream;

import org.jspecify.annotations.NullMarked;
