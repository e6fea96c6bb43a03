/** Tests of running ONNX files. */
@NullMarked
package io.github.bge4j.internal.runtime;

import org.jspecify.annotations.NullMarked;
