@NullMarked
package io.echonet.dds.network;

import org.jspecify.annotations.NullMarked;
