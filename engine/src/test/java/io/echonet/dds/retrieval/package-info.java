@NullMarked
package io.echonet.dds.retrieval;

import org.jspecify.annotations.NullMarked;
