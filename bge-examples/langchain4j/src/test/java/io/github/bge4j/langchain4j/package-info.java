/** Tests of the adapters against LangChain4j's real classes. */
@NullMarked
package io.github.bge4j.langchain4j;

import org.jspecify.annotations.NullMarked;
