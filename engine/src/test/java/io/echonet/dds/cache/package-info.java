@org.jspecify.annotations.NullMarked
package io.echonet.dds.cache;
