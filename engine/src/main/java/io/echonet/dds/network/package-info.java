/** The DDS messages over the transport's streams: asking other nodes and answering them. */
@NullMarked
package io.echonet.dds.network;

import org.jspecify.annotations.NullMarked;
