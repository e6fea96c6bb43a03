/** Tests of what the rooms share. */
@NullMarked
package io.github.bge4j.internal;

import org.jspecify.annotations.NullMarked;
