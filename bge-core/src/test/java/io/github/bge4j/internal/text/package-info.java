/** Tests of tokenizing. */
@NullMarked
package io.github.bge4j.internal.text;

import org.jspecify.annotations.NullMarked;
