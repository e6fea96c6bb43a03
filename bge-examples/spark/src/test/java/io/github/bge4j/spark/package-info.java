/** Tests on real Spark: in this JVM, and on executors in JVMs of their own. */
@NullMarked
package io.github.bge4j.spark;

import org.jspecify.annotations.NullMarked;
