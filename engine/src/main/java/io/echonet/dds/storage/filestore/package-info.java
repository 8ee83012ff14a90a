/** Chunks kept as files, one each, on one node's disk. */
@NullMarked
package io.echonet.dds.storage.filestore;

import org.jspecify.annotations.NullMarked;
