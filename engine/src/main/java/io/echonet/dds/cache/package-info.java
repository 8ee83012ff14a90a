/** What was fetched lately, for whoever asks for it again; above {@code content}. */
@org.jspecify.annotations.NullMarked
package io.echonet.dds.cache;
