/** What the engine's tests share. */
@NullMarked
package io.echonet.dds.testing;

import org.jspecify.annotations.NullMarked;
