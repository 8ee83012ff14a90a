/**
 * Whole nodes: real sockets, real processes, foreign peers, faults; and the layering of the code.
 */
@NullMarked
package io.echonet.dds.integration;

import org.jspecify.annotations.NullMarked;
