package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.bge4j.RankedDocument;
import io.github.bge4j.batching.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The route that ranks documents for a query. */
final class RerankEndpoint implements Endpoint {

  private static final List<String> KEPT_FIELDS = List.of("id", "meta");

  private final FacadeSettings settings;
  private final ModelHolder models;

  RerankEndpoint(FacadeSettings settings, ModelHolder models) {
    this.settings = settings;
    this.models = models;
  }

  @Override
  public CompletableFuture<RerankAnswer> answer(RequestBody body) {
    Texts query = Texts.one("query", body.string("query"), settings);
    List<String> fields = body.strings("rank_fields");
    JsonNode given = body.required("documents");
    List<ObjectNode> documents = documents(given, fields);
    Texts texts = Texts.checked(
        "documents", documents.stream().map(it -> it.get("text").textValue()).toList(), settings);
    Integer topN = body.positive("top_n");
    int most = topN == null ? documents.size() : Math.min(topN, documents.size());
    List<ObjectNode> returned =
        body.flag("return_documents") ? returned(given, documents, fields) : List.of();
    boolean normalize = body.flag("normalize", settings.rerankNormalize());
    String name = body.model(settings.rerankerModel());
    RequestOptions options = RequestOptions.within(settings.requestTimeout()).refusedWhenFull();
    return Futures.map(
        models.reranker().rank(query.texts().get(0), texts.texts(), options),
        ranked -> new RerankAnswer(
            name,
            normalize ? normalized(ranked) : ranked,
            most,
            returned,
            query.cut().get(0),
            texts.cut()));
  }

  /** Maps logits to numbers from 0 to 1, which keeps their order. */
  static <D> List<RankedDocument<D>> normalized(List<RankedDocument<D>> ranked) {
    return ranked.stream()
        .map(it -> new RankedDocument<>(
            it.index(),
            it.document(),
            1 / (1 + Math.exp(-it.score())),
            it.tokenCount(),
            it.truncated()))
        .toList();
  }

  /** Returns what is ranked of each document, and what tells it from others. */
  private List<ObjectNode> documents(JsonNode list, List<String> fields) {
    if (!list.isArray()) {
      throw ApiException.shape("list_type", "documents", "documents must be a list");
    }
    Texts.checkCount("documents", list.size(), settings);
    List<ObjectNode> documents = new ArrayList<>(list.size());
    Faults faults = new Faults(422);
    for (JsonNode element : list) {
      ObjectNode document = JsonNodeFactory.instance.objectNode();
      JsonNode text = element.isObject() ? text(element, fields) : element;
      if (!text.isTextual()) {
        String name = "documents[" + documents.size() + "]";
        faults.add(
            "missing",
            name,
            name + " must be a string or an object with a text, or with one of rank_fields");
      }
      document.set("text", text);
      KEPT_FIELDS.stream()
          .filter(element::has)
          .forEach(field -> document.set(field, element.get(field)));
      documents.add(document);
    }
    faults.check();
    return documents;
  }

  /** Whoever names fields gets them back as they came, and not the text that was made of them. */
  private static List<ObjectNode> returned(
      JsonNode given, List<ObjectNode> ranked, List<String> fields) {
    return IntStream.range(0, ranked.size())
        .mapToObj(
            i -> !fields.isEmpty() && given.get(i) instanceof ObjectNode own ? own : ranked.get(i))
        .toList();
  }

  /** Several fields are lines with their names before them, as Cohere lets models read them. */
  private static JsonNode text(JsonNode document, List<String> fields) {
    if (fields.isEmpty()) {
      return document.path("text");
    }
    List<String> present = fields.stream().filter(document::hasNonNull).toList();
    if (present.isEmpty()) {
      return MissingNode.getInstance();
    }
    String text = fields.size() == 1
        ? value(document, fields.get(0))
        : present.stream()
            .map(field -> field + ": " + value(document, field))
            .collect(Collectors.joining("\n"));
    return TextNode.valueOf(text);
  }

  private static String value(JsonNode document, String field) {
    JsonNode value = document.path(field);
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
