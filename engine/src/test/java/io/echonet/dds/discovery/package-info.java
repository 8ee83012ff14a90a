@NullMarked
package io.echonet.dds.discovery;

import org.jspecify.annotations.NullMarked;
