@NullMarked
package io.echonet.dds;

import org.jspecify.annotations.NullMarked;
