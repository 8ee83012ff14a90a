/**
 * What was fetched lately, for whoever asks for it again; above {@code content} and {@code
 * storage}.
 */
@org.jspecify.annotations.NullMarked
package io.echonet.dds.cache;
