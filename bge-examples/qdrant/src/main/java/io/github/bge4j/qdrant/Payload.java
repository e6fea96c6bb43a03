package io.github.bge4j.qdrant;

import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.nullValue;
import static io.qdrant.client.ValueFactory.value;

import com.google.protobuf.CodedOutputStream;
import io.github.bge4j.InvalidOptionException;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The payload of a point: the names of its fields, and values as the client takes them. */
final class Payload {

  /** Id of the document. */
  static final String DOCUMENT = "document";

  /** Number of the chunk in its document, from 0. */
  static final String CHUNK = "chunk";

  static final String TITLE = "title";

  /** The chunk's part of the text, without the title. */
  static final String TEXT = "text";

  /** The ingest that wrote the point last. */
  static final String RUN = "run";

  /** Number of the document in the input of that ingest, from 1. */
  static final String POSITION = "position";

  /** What the caller filters by. */
  static final String METADATA = "metadata";

  private Payload() {}

  static Map<String, Value> of(Chunk chunk, String run, long position) {
    SourceDocument document = chunk.document();
    Map<String, Value> payload = new HashMap<>();
    payload.put(DOCUMENT, value(document.id()));
    payload.put(CHUNK, value(chunk.number()));
    payload.put(TITLE, value(document.title()));
    payload.put(TEXT, value(chunk.text()));
    payload.put(RUN, value(run));
    payload.put(POSITION, value(position));
    if (!document.metadata().isEmpty()) {
      payload.put(METADATA, value(document.metadata()));
    }
    return payload;
  }

  /** Returns what is the same for the same metadata, in any order and any process. */
  static byte[] bytes(Map<String, ?> metadata) {
    Value value = value(metadata);
    byte[] bytes = new byte[value.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      value.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  /**
   * Returns what the client calls a value.
   *
   * @throws InvalidOptionException if there is no such value
   */
  static Value value(@Nullable Object object) {
    if (object == null) {
      return nullValue();
    } else if (object instanceof String text) {
      return io.qdrant.client.ValueFactory.value(text);
    } else if (object instanceof Boolean flag) {
      return io.qdrant.client.ValueFactory.value(flag);
    } else if (object instanceof Integer || object instanceof Long) {
      return io.qdrant.client.ValueFactory.value(((Number) object).longValue());
    } else if (object instanceof Float || object instanceof Double) {
      return io.qdrant.client.ValueFactory.value(((Number) object).doubleValue());
    } else if (object instanceof List<?> values) {
      return list(values.stream().map(Payload::value).toList());
    } else if (object instanceof Map<?, ?> fields) {
      Map<String, Value> values = new HashMap<>();
      fields.forEach((name, field) -> values.put(String.valueOf(name), value(field)));
      return io.qdrant.client.ValueFactory.value(values);
    }
    throw new InvalidOptionException(
        "metadata must be strings, booleans, numbers, null, and lists and maps of these: found "
            + object.getClass().getName() + "; leave it out");
  }
}
