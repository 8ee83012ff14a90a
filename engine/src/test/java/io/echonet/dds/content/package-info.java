@NullMarked
package io.echonet.dds.content;

import org.jspecify.annotations.NullMarked;
