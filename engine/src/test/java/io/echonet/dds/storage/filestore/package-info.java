@NullMarked
package io.echonet.dds.storage.filestore;

import org.jspecify.annotations.NullMarked;
