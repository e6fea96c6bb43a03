package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bge4j.RankedDocument;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * Ranked documents, with what Cohere's ({@code id}, {@code meta}) and Jina's ({@code usage})
 * clients read.
 *
 * @param ranked all documents, best first
 * @param most how many of them to write
 * @param documents what to write of each by its index; empty if nothing is wanted
 * @param cut whether each document was cut to the limit of characters
 */
record RerankAnswer(
    String model,
    List<RankedDocument<String>> ranked,
    int most,
    List<ObjectNode> documents,
    boolean queryCut,
    List<Boolean> cut)
    implements Answer {

  /** Cohere's unit: one query with up to 100 documents. */
  private static final int SEARCH_UNIT = 100;

  /**
   * Checks what JSON cannot hold, before the answer begins.
   *
   * @throws IllegalStateException if a score is not finite
   */
  RerankAnswer {
    for (RankedDocument<String> document : ranked) {
      if (!Double.isFinite(document.score())) {
        throw new IllegalStateException("a score must be finite to be JSON: " + document.score()
            + "; this is a bug of the model");
      }
    }
  }

  @Override
  public int truncated() {
    return (int) ranked.stream().filter(this::truncated).count();
  }

  private boolean truncated(RankedDocument<String> document) {
    return queryCut || cut.get(document.index()) || document.truncated();
  }

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", UUID.randomUUID().toString());
    json.writeStringField("model", model);
    json.writeArrayFieldStart("results");
    for (RankedDocument<String> document : ranked.subList(0, most)) {
      writeResult(json, document);
    }
    json.writeEndArray();
    long tokens = ranked.stream().mapToLong(RankedDocument::tokenCount).sum();
    json.writeObjectFieldStart("meta");
    json.writeObjectFieldStart("api_version");
    json.writeStringField("version", "2");
    json.writeEndObject();
    json.writeObjectFieldStart("billed_units");
    json.writeNumberField("search_units", (ranked.size() + SEARCH_UNIT - 1) / SEARCH_UNIT);
    json.writeEndObject();
    json.writeObjectFieldStart("tokens");
    json.writeNumberField("input_tokens", tokens);
    json.writeEndObject();
    json.writeEndObject();
    EmbeddingAnswer.writeUsage(json, tokens);
    json.writeEndObject();
  }

  private void writeResult(JsonGenerator json, RankedDocument<String> document) throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", document.index());
    json.writeNumberField("relevance_score", document.score());
    json.writeFieldName("document");
    if (documents.isEmpty()) {
      json.writeNull();
    } else {
      json.writeTree(documents.get(document.index()));
    }
    if (truncated(document)) {
      json.writeBooleanField("truncated", true);
    }
    json.writeEndObject();
  }
}
