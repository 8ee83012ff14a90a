/** JMH benchmarks, each named after its subject, and the end-to-end harness. */
@NullMarked
package io.echonet.dds.benchmarks;

import org.jspecify.annotations.NullMarked;
