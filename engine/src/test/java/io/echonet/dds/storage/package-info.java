@NullMarked
package io.echonet.dds.storage;

import org.jspecify.annotations.NullMarked;
