/** The kinds of stores that a folder may hold, and the way from one to another. */
@NullMarked
package io.echonet.dds.storage.migration;

import org.jspecify.annotations.NullMarked;
