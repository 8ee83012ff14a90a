/** What a node keeps: its roots, the collection of what none of them reaches, and scrubbing. */
@NullMarked
package io.echonet.dds.keeping;

import org.jspecify.annotations.NullMarked;
