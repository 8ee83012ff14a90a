/**
 * What stores on a disk share: its steps, its threads, the claim on a folder, the bytes it may
 * take.
 */
@NullMarked
package io.echonet.dds.storage.disk;

import org.jspecify.annotations.NullMarked;
