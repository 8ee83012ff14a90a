/**
 * Yamux: many streams on one secured channel, each with a window of its own, so that a reader that
 * stops costs no more than its window and hinders nobody else.
 */
@NullMarked
package io.echonet.dds.transport.yamux;

import org.jspecify.annotations.NullMarked;
