/** Files that survive a crash and damage. */
@NullMarked
package io.echonet.dds.transport.disk;

import org.jspecify.annotations.NullMarked;
