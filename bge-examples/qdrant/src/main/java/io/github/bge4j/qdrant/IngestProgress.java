package io.github.bge4j.qdrant;

/**
 * How far an ingest has come.
 *
 * @param documents that the server has acknowledged with all their points, those of earlier runs
 *     included
 * @param points of these documents
 */
public record IngestProgress(long documents, long points) {}
