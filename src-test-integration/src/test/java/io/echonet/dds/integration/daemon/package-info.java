/**
 * A program that lets others steer one of our hosts by the control protocol of the libp2p daemon,
 * as the interoperability suites of libp2p do.
 */
@NullMarked
package io.echonet.dds.integration.daemon;

import org.jspecify.annotations.NullMarked;
