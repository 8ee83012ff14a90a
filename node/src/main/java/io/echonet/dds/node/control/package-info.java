/** How commands reach the node that runs on their data folder. */
@NullMarked
package io.echonet.dds.node.control;

import org.jspecify.annotations.NullMarked;
