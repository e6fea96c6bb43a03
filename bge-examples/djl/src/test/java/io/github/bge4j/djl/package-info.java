@NullMarked
package io.github.bge4j.djl;

import org.jspecify.annotations.NullMarked;
