@NullMarked
package io.echonet.dds.storage.migration;

import org.jspecify.annotations.NullMarked;
