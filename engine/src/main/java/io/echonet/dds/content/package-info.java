/** Values and their bytes: Cid, Chunk, Manifest. No I/O. */
@NullMarked
package io.echonet.dds.content;

import org.jspecify.annotations.NullMarked;
