@NullMarked
package io.github.bge4j.testhub;

import org.jspecify.annotations.NullMarked;
