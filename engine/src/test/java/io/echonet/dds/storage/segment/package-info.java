@NullMarked
package io.echonet.dds.storage.segment;

import org.jspecify.annotations.NullMarked;
