@NullMarked
package io.echonet.dds.chunker;

import org.jspecify.annotations.NullMarked;
