@NullMarked
package io.echonet.dds.proto;

import org.jspecify.annotations.NullMarked;
