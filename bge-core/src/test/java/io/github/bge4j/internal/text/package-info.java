/** Tests of tokenizing and packing. */
@NullMarked
package io.github.bge4j.internal.text;

import org.jspecify.annotations.NullMarked;
