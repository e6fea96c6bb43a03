package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bge4j.batching.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

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
    List<ObjectNode> documents = documents(body.required("documents"));
    Texts texts = Texts.checked(
        "documents", documents.stream().map(it -> it.get("text").textValue()).toList(), settings);
    Integer topN = body.positive("top_n");
    int most = topN == null ? documents.size() : Math.min(topN, documents.size());
    List<ObjectNode> returned = body.flag("return_documents") ? documents : List.of();
    String name = body.model(settings.rerankerModel());
    RequestOptions options = RequestOptions.within(settings.requestTimeout()).refusedWhenFull();
    return Futures.map(
        models.reranker().rank(query.texts().get(0), texts.texts(), options),
        ranked -> new RerankAnswer(name, ranked, most, returned, query.cut().get(0), texts.cut()));
  }

  private List<ObjectNode> documents(JsonNode list) {
    if (!list.isArray()) {
      throw ApiException.shape("list_type", "documents", "documents must be a list");
    }
    Texts.checkCount("documents", list.size(), settings);
    List<ObjectNode> documents = new ArrayList<>(list.size());
    Faults faults = new Faults(422);
    for (JsonNode element : list) {
      ObjectNode document = JsonNodeFactory.instance.objectNode();
      JsonNode text = element.isTextual() ? element : element.path("text");
      if (!text.isTextual()) {
        String name = "documents[" + documents.size() + "]";
        faults.add("missing", name, name + " must be a string or an object with a text");
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
}
