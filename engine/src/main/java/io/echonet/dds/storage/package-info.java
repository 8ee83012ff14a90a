/** Where chunks are kept on this node. */
@NullMarked
package io.echonet.dds.storage;

import org.jspecify.annotations.NullMarked;
