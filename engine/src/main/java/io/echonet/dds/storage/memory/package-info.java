/** Chunks kept in memory: for tests, and for nodes that store nothing for others. */
@NullMarked
package io.echonet.dds.storage.memory;

import org.jspecify.annotations.NullMarked;
