/** Who should hold what: copies pushed to other nodes, and made up where they are too few. */
@NullMarked
package io.echonet.dds.replication;

import org.jspecify.annotations.NullMarked;
