/** Chunks kept in few large files that only grow, on one node's disk. */
@NullMarked
package io.echonet.dds.storage.segment;

import org.jspecify.annotations.NullMarked;
