/** Tests of planning. */
@NullMarked
package io.github.bge4j.internal.schedule;

import org.jspecify.annotations.NullMarked;
