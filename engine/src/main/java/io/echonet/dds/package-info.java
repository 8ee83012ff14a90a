/**
 * The engine's front door: publish a Publisher of buffers and get a Cid, retrieve a Cid and get
 * one.
 */
@NullMarked
package io.echonet.dds;

import org.jspecify.annotations.NullMarked;
