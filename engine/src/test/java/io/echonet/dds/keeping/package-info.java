@NullMarked
package io.echonet.dds.keeping;

import org.jspecify.annotations.NullMarked;
