/** Tests of the readers, with small writers of the formats. */
@NullMarked
package io.github.bge4j.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
