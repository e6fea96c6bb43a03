/** Tests of getting models from a hub. */
@NullMarked
package io.github.bge4j.internal.hub;

import org.jspecify.annotations.NullMarked;
