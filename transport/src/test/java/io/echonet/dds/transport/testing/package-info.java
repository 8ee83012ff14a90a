/** What the tests of every module share: the leak detector and doubles of the transport. */
@NullMarked
package io.echonet.dds.transport.testing;

import org.jspecify.annotations.NullMarked;
