/**
 * Models of the Hugging Face hub: names to folders on disk. The only room that uses the network.
 *
 * <p>{@link HubModels} is the way in: it looks into the cache ({@link CachedRepo}), whose layout
 * Python's {@code huggingface_hub} shares, and only if a model is missing or damaged there has a
 * {@link ModelDownload} made, which asks {@link HubApi} what files it has and lets
 * {@link Downloads} get them. A file appears in the cache only when its hash is right, and a
 * snapshot's weights only after everything else of it, so that a crash at any moment leaves nothing
 * that is taken for whole. Classes are immutable and thread-safe unless they say otherwise.
 */
@NullMarked
package io.github.bge4j.internal.hub;

import org.jspecify.annotations.NullMarked;
