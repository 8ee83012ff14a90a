@NullMarked
package io.echonet.dds.storage.memory;

import org.jspecify.annotations.NullMarked;
