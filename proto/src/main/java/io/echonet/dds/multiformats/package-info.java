/** Self-describing encodings of the multiformats family: varints, Base58BTC and multihashes. */
@NullMarked
package io.echonet.dds.multiformats;

import org.jspecify.annotations.NullMarked;
