package io.github.bge4j.examples.vectordb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bge4j.sparse.SparseVector;

/**
 * Bodies of Qdrant's REST requests. Its indices are unsigned 32-bit numbers and its values floats
 * of any sign, so every vector fits.
 *
 * <p>Qdrant's Java client takes the same numbers: its indices are unsigned in an {@code Integer},
 * which is what {@link SparseVector#indices()} holds.
 */
final class Qdrant {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Qdrant() {}

  /** Body of {@code PUT /collections/NAME}, which makes a collection. */
  static ObjectNode collection(String vectorName) {
    ObjectNode body = JSON.objectNode();
    body.putObject("sparse_vectors").putObject(vectorName);
    return body;
  }

  /** Body of {@code PUT /collections/NAME/points}, which stores a point. */
  static ObjectNode point(long id, String vectorName, SparseVector vector) {
    ObjectNode body = JSON.objectNode();
    ObjectNode point = body.putArray("points").addObject();
    point.put("id", id);
    point.putObject("vector").set(vectorName, sparse(vector));
    return body;
  }

  /** Body of {@code POST /collections/NAME/points/query}, which finds the best points. */
  static ObjectNode query(String vectorName, SparseVector vector, int limit) {
    ObjectNode body = JSON.objectNode();
    body.set("query", sparse(vector));
    return body.put("using", vectorName).put("limit", limit);
  }

  private static ObjectNode sparse(SparseVector vector) {
    ObjectNode sparse = JSON.objectNode();
    ArrayNode indices = sparse.putArray("indices");
    vector.indexList().forEach(indices::add);
    ArrayNode values = sparse.putArray("values");
    vector.valueList().forEach(values::add);
    return sparse;
  }
}
