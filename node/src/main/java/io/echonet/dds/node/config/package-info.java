/** What a node is made of on this machine: its folder, its identity, its parts put together. */
@NullMarked
package io.echonet.dds.node.config;

import org.jspecify.annotations.NullMarked;
