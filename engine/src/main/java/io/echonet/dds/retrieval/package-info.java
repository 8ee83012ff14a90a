/**
 * The way of a content from other nodes to its consumer: verified, in order, as fast as it asks.
 */
@NullMarked
package io.echonet.dds.retrieval;

import org.jspecify.annotations.NullMarked;
