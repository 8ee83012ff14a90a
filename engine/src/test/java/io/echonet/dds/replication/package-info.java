@NullMarked
package io.echonet.dds.replication;

import org.jspecify.annotations.NullMarked;
