/** How peers introduce themselves to each other (identify specification). */
@NullMarked
package io.echonet.dds.transport.identify;

import org.jspecify.annotations.NullMarked;
