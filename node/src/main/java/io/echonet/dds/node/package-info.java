/** The program: a DDS node and its tools behind a command line. */
@NullMarked
package io.echonet.dds.node;

import org.jspecify.annotations.NullMarked;
