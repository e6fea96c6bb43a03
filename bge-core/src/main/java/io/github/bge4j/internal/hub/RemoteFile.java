package io.github.bge4j.internal.hub;

/**
 * A file of a model on the hub.
 *
 * @param path relative to the model's root, with {@code /}
 * @param size in bytes
 */
record RemoteFile(String path, long size, FileHash hash) {}
