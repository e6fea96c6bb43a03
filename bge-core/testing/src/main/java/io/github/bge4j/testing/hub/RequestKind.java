package io.github.bge4j.testing.hub;

/** What a request asks for. */
public enum RequestKind {
  /** {@code /api/models/ID} and {@code /api/models/ID/revision/REVISION}. */
  MODEL_INFO,
  /** {@code /api/models/ID/tree/REVISION/FOLDER}. */
  TREE,
  /** {@code /api/models/ID/refs}. */
  REFS,
  /** {@code /ID/resolve/REVISION/FILE}. */
  RESOLVE,
  /** {@code /api/resolve-cache/models/ID/COMMIT/FILE}, where a relative redirect leads. */
  RESOLVE_CACHE,
  /** A file on the storage host. */
  STORAGE,
  /** Anything else. */
  OTHER
}
