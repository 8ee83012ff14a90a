/**
 * The command line: what is typed becomes a call of the engine, and what comes of it a result, a
 * line of error and an exit code. The one place that blocks.
 */
@NullMarked
package io.echonet.dds.node.cli;

import org.jspecify.annotations.NullMarked;
