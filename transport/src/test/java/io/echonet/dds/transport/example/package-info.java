/** What the module's README shows, kept true by being built and run. */
@NullMarked
package io.echonet.dds.transport.example;

import org.jspecify.annotations.NullMarked;
