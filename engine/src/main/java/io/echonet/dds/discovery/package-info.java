/** Who holds what: announcing what this node keeps, and finding others that keep it. */
@NullMarked
package io.echonet.dds.discovery;

import org.jspecify.annotations.NullMarked;
