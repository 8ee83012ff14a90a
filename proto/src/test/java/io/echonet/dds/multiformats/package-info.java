@NullMarked
package io.echonet.dds.multiformats;

import org.jspecify.annotations.NullMarked;
